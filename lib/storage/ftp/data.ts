import { connect, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import type { FTPContext } from "basic-ftp";

/** Receives data; returns `true` when it has enough. */
export type DataSink = (bytes: Buffer) => boolean;

interface DataOptions {
	readonly sink: DataSink;
	/** Called whenever data arrives. */
	readonly touch: () => void;
}

export interface DataConnection {
	/** Resolves when everything arrived, or enough. Rejects when the connection breaks. */
	readonly done: Promise<void>;
	/** Whether the sink had enough before the end. */
	readonly enough: boolean;
	readonly destroyed: boolean;
	destroy(): void;
}

/**
 * The port of an answer to EPSV, `229 … (|||6446|)`, or PASV, `227 … (192,168,1,100,10,229)`. The address in the latter
 * is ignored: data always comes from the host of the control connection, because servers behind a network address
 * translation report wrong addresses, and a malicious server could send us anywhere.
 */
export function passivePort(answer: string): number {
	const extended = /\(([!-~])\1\1(\d{1,5})\1\)/.exec(answer);
	const plain = /\d+,\d+,\d+,\d+,(\d{1,3}),(\d{1,3})/.exec(answer.slice(0, 200));
	const port = extended ? Number(extended[2]) : plain ? Number(plain[1]) * 256 + Number(plain[2]) : 0;
	if (port < 1 || port > 65_535)
		throw new Error(`The server's address for the data connection cannot be understood: ${answer.slice(0, 100)}`);
	return port;
}

/** Connects while the command is being sent, which saves a round trip. */
export function openData(ftp: FTPContext, port: number, { sink, touch }: DataOptions): DataConnection {
	const host = ftp.socket.remoteAddress;
	if (host === undefined) throw new Error("The control connection has ended.");
	const raw = connect({ host, port });
	// As basic-ftp does: servers demand that the data connection resumes the TLS session of the control connection.
	const socket = ftp.socket instanceof TLSSocket ? secured(ftp, ftp.socket, raw) : raw;
	let enough = false;
	let destroyed = false;
	const destroy = () => {
		destroyed = true;
		socket.destroy();
		raw.destroy();
	};
	const done = new Promise<void>((resolve, reject) => {
		const fail = (error: Error) => {
			raw.destroy();
			if (destroyed) resolve();
			else reject(new Error(`The data connection broke: ${error.message}`, { cause: error }));
		};
		raw.on("error", fail);
		socket.on("error", fail);
		socket.on("end", resolve).on("close", () => resolve());
		socket.on("data", (bytes: Buffer) => {
			touch();
			if (enough || !sink(bytes)) return;
			enough = true;
			destroy();
		});
	});
	return {
		done,
		destroy,
		get enough() {
			return enough;
		},
		get destroyed() {
			return destroyed;
		},
	};
}

function secured(ftp: FTPContext, control: TLSSocket, socket: Socket): TLSSocket {
	const session = ftp.tlsSessionStore ?? control.getSession();
	const secure = connectTls({ ...ftp.tlsOptions, socket, ...(session === undefined ? {} : { session }) });
	// Each ticket is good for one connection only (TLS 1.3): the next one takes the next.
	return secure.on("session", (next) => {
		ftp.tlsSessionStore = next;
	});
}
