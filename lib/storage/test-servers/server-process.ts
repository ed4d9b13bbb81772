import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { signalProcess } from "#lib/process-signal.ts";

/** Where `.ci/test-servers` unpacks programs whose packages exclude each other. */
const unpacked = "/opt/eosync-test-servers";
const folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", `${unpacked}/vsftpd/usr/sbin`];

/** The full path of a server's program; null where it is not installed. */
export function programOf(name: string): string | null {
	return folders.map((folder) => join(folder, name)).find(existsSync) ?? null;
}

/** A folder for a server's configuration, log and files, which other users may enter; disposed of with all it holds. */
export async function makeServerFolder(name: string): Promise<AsyncDisposable & { readonly path: string }> {
	const path = await mkdtemp(join(tmpdir(), `eosync-${name}-`));
	await chmod(path, 0o755);
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

export interface ServerProcess extends AsyncDisposable {
	readonly child: ChildProcess;
}

interface Start {
	readonly program: string;
	readonly args: readonly string[];
	/** The server is ready when it accepts connections there. */
	readonly port: number;
}

/** Runs a server in the foreground, in a process group of its own, until it is disposed of. */
export async function startServer({ program, args, port }: Start): Promise<ServerProcess> {
	const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
	let output = "";
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (text: string) => {
			output = (output + text).slice(-4000);
		});
	const ended = new Promise<void>((resolve) => child.on("error", () => resolve()).on("exit", () => resolve()));
	const stop = async () => {
		// The group: servers leave a process behind for every connection.
		if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
			if (!signalProcess(-child.pid, "SIGKILL")) signalProcess(child.pid, "SIGKILL");
		}
		await ended;
	};
	for (let attempt = 0; attempt < 200; attempt++) {
		if (child.exitCode !== null || child.pid === undefined) break;
		if (await accepts(port)) return { child, [Symbol.asyncDispose]: stop };
		await sleep(25);
	}
	await stop();
	throw new Error(`${[program, ...args].join(" ")} did not start: ${output}`);
}

function accepts(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1");
		const done = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket.on("connect", () => done(true)).on("error", () => done(false));
	});
}
