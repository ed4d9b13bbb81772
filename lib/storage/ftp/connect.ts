import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { Client, type FTPError, type FTPResponse } from "basic-ftp";
import { StorageError } from "#lib/errors.ts";
import type { FtpConfig } from "#lib/storage/config.ts";
import type { RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { BusyError } from "#lib/storage/flow-control/session-pool.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { connectionError, ftpCodeOf, ftpFailure } from "./errors.ts";
import { FtpSession } from "./session.ts";

export interface FtpConnectOptions {
	readonly network: NetworkPolicy | undefined;
	/** Milliseconds without an answer until the connection is given up. */
	readonly timeoutMs: number;
	readonly rateLimiter: RateLimiter;
	/** Whether several commands may be sent before the first is answered. */
	readonly gathers: boolean;
}

/**
 * Opens a connection: logs in, switches to binary transfers and asks for the server's features.
 * @throws BusyError when the server allows no further connection; StorageError `unreachable`, `timeout`, or `forbidden` when it does
 * not let us in or its certificate is of another host.
 */
export async function connectFtp(
	config: FtpConfig,
	options: FtpConnectOptions,
	signal: AbortSignal,
): Promise<FtpSession> {
	const { network, timeoutMs, rateLimiter, gathers } = options;
	assertWithin(network, config.host);
	await rateLimiter.turn({ signal });
	// The session has its own time-outs: basic-ftp's would end transfers during which the control connection is silent.
	const client = new Client(0);
	const session = new FtpSession(client, { rateLimiter, timeoutMs, epsv: config.epsv === "auto", gathers });
	const abort = () => session.close(signal.reason);
	signal.addEventListener("abort", abort, { once: true });
	try {
		const socket = await openSocket(config, network, timeoutMs, signal);
		client.ftp.socket = socket;
		if (config.tls === "implicit") client.ftp.tlsOptions = tlsOptions(config);
		const greeting = await session.withTimeout(() => greetingOf(client));
		if (config.tls === "explicit") await session.withTimeout(() => client.useTLS(tlsOptions(config)));
		await session.withTimeout(() => login(client, config));
		await session.prepare({ greeting: greeting.message, secure: config.tls !== "none", mlsd: config.mlsd === "auto" });
		return session;
	} catch (error) {
		session.close(error);
		signal.throwIfAborted();
		throw connectionError(error, config);
	} finally {
		signal.removeEventListener("abort", abort);
	}
}

/** Connects, with implicit TLS if configured. */
function openSocket(
	config: FtpConfig,
	network: NetworkPolicy | undefined,
	timeoutMs: number,
	signal: AbortSignal,
): Promise<Socket> {
	const port = config.port ?? (config.tls === "implicit" ? 990 : 21);
	const place = { host: bare(config.host), port, lookup: lookupWithin(network), noDelay: true };
	const implicit = config.tls === "implicit";
	const socket = implicit ? connectTls({ ...place, ...tlsOptions(config) }) : connect(place);
	return new Promise((resolve, reject) => {
		const give = (error: unknown) => {
			end();
			socket.on("error", () => {});
			socket.destroy();
			reject(error);
		};
		const abort = () => give(signal.reason);
		const timer = setTimeout(() => give(new StorageError("timeout", "", "timed out")), timeoutMs);
		const end = () => {
			clearTimeout(timer);
			socket.removeAllListeners("error");
			signal.removeEventListener("abort", abort);
		};
		signal.addEventListener("abort", abort, { once: true });
		socket.once("error", give);
		socket.once(implicit ? "secureConnect" : "connect", () => {
			end();
			resolve(socket);
		});
	});
}

function tlsOptions({ host, verifyCertificate }: FtpConfig): ConnectionOptions {
	const name = bare(host);
	// The name is checked even where the connection is made to an address; an address is no server name.
	const servername = /^[\d.]+$|:/.test(name) ? {} : { servername: name };
	return { host: name, ...servername, rejectUnauthorized: verifyCertificate };
}

function bare(host: string): string {
	return host.replace(/^\[(.*)\]$/, "$1");
}

function greetingOf({ ftp }: Client): Promise<FTPResponse> {
	return ftp.handle(undefined, (answer, task) => {
		if (answer instanceof Error) task.reject(answer);
		else if (answer.code >= 200) task.resolve(answer);
	});
}

async function login(client: Client, { user, password }: FtpConfig): Promise<void> {
	try {
		// An anonymous user's password is an address by custom, which servers do not check.
		await client.login(user, password ?? (user === "anonymous" ? "eosync@" : ""));
	} catch (error) {
		const code = ftpCodeOf(error);
		if (code === 530 && /too many|maximum|limit|connections/i.test((error as FTPError).message))
			throw new BusyError((error as FTPError).message);
		if (code === 530 || code === 332 || code === 331 || code === 430)
			throw ftpFailure("forbidden", "", `refused the sign-in of ${user}`, error, "check user and password");
		throw error;
	}
}
