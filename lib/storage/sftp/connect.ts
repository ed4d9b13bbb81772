import { connect, type Socket } from "node:net";
import ssh2, { type Client, type ConnectConfig, type SFTPWrapper } from "ssh2";
import { StorageError } from "#lib/errors.ts";
import type { SftpConfig } from "#lib/storage/config.ts";
import type { RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { fingerprintOf, hostKeyError, hostKeyKinds } from "./host-key.ts";
import { SftpSession } from "./session.ts";

interface ConnectOptions {
	readonly network: NetworkPolicy | undefined;
	/** The key that the server must have; null: whichever it has. */
	readonly hostKey: string | null;
	readonly rateLimiter: RateLimiter;
	readonly timeoutMs: number;
}

export interface Connected {
	readonly session: SftpSession;
	readonly hostKey: string;
}

/**
 * A connection with a server that has the host key it must have, logged in.
 * @throws StorageError `unreachable`, `timeout`, or `forbidden`: another host key, or user, password or key refused.
 */
export async function connectSftp(
	config: SftpConfig,
	options: ConnectOptions,
	signal: AbortSignal,
): Promise<Connected> {
	assertWithin(options.network, config.host);
	const met: string[] = [];
	for (const kinds of [undefined, ...hostKeyKinds]) {
		try {
			return await attempt(config, options, kinds, signal);
		} catch (error) {
			signal.throwIfAborted();
			if (error instanceof OtherHostKey) met.push(error.hostKey);
			// Asked for another kind of key: a server that has none of it refuses.
			else if (kinds === undefined) throw connectionError(error, config);
		}
	}
	throw hostKeyError(config.host, options.hostKey ?? "", [...new Set(met)]);
}

class OtherHostKey extends Error {
	readonly hostKey: string;

	constructor(hostKey: string) {
		super(`The host key is ${hostKey}.`);
		this.hostKey = hostKey;
	}
}

async function attempt(
	config: SftpConfig,
	{ network, hostKey, rateLimiter, timeoutMs }: ConnectOptions,
	kinds: readonly string[] | undefined,
	signal: AbortSignal,
): Promise<Connected> {
	await rateLimiter.turn({ signal });
	const client = new ssh2.Client();
	let socket: Socket | undefined;
	let found = "";
	const [promise, settle] = settledOnce<SFTPWrapper>();
	const abort = () => settle(signal.reason);
	const timer = setTimeout(() => settle(new StorageError("timeout", "", "timed out")), timeoutMs);
	try {
		signal.addEventListener("abort", abort, { once: true });
		client.on("error", settle).on("close", () => settle(new Error("The server ended the connection.")));
		client.on("ready", () => client.sftp((error, sftp) => settle(error, sftp)));
		// Servers that ask by prompts ask for the password; for anything else there is no answer.
		client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
			finish(prompts.map(({ echo }) => (echo === true ? "" : (config.password ?? "")))),
		);
		socket = connect({ host: bare(config.host), port: config.port, lookup: lookupWithin(network), noDelay: true });
		socket.on("error", settle);
		client.connect({
			...credentialsOf(config),
			sock: socket,
			// Ours is the one above.
			readyTimeout: 0,
			keepaliveInterval: 15_000,
			...(kinds === undefined ? {} : { algorithms: { serverHostKey: [...kinds] } }),
			hostVerifier: (key: Buffer) => {
				found = fingerprintOf(key);
				if (hostKey === null || found === hostKey) return true;
				settle(new OtherHostKey(found));
				return false;
			},
		} as ConnectConfig);
		const sftp = await promise;
		return {
			session: new SftpSession(client, sftp, { rateLimiter, timeoutMs, server: serverOf(client), socket }),
			hostKey: found,
		};
	} catch (error) {
		client.on("error", () => {}).destroy();
		socket?.destroy();
		throw error;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", abort);
	}
}

function settledOnce<T>(): readonly [Promise<T>, (error: unknown, result?: T) => void] {
	const { promise, resolve, reject } = Promise.withResolvers<T>();
	return [promise, (error, result) => (result === undefined ? reject(error) : resolve(result))];
}

function credentialsOf({ user, password, privateKey, passphrase }: SftpConfig): ConnectConfig {
	if (privateKey !== undefined) {
		const key = ssh2.utils.parseKey(privateKey, passphrase);
		if (key instanceof Error)
			throw new StorageError("forbidden", "", `The private key cannot be read (${key.message}); enter it again.`);
	}
	return {
		username: user,
		...(password === undefined ? {} : { password, tryKeyboard: true }),
		...(privateKey === undefined ? {} : { privateKey }),
		...(passphrase === undefined ? {} : { passphrase }),
	};
}

/** ssh2 keeps what the server said of itself to itself, but for this property. */
function serverOf(client: Client): string | null {
	const version: unknown = Reflect.get(client, "_remoteVer");
	return typeof version === "string" && version !== "" ? version.replace(/\p{C}/gu, "").slice(0, 100) : null;
}

function bare(host: string): string {
	return host.replace(/^\[(.*)\]$/, "$1");
}

function connectionError(error: unknown, { host, user }: SftpConfig): StorageError {
	if (error instanceof StorageError && error.code !== "timeout") return error;
	const level: unknown = error instanceof Error ? Reflect.get(error, "level") : undefined;
	const said = error instanceof Error ? error.message.slice(0, 200) : String(error);
	if (error instanceof StorageError || level === "client-timeout")
		return new StorageError("timeout", "", `${host} does not answer; check host, port and firewall.`, { cause: error });
	if (level === "client-authentication")
		return new StorageError(
			"forbidden",
			"",
			`${host} refused the sign-in of ${user} (${said}); check user, password and key.`,
			{
				cause: error,
			},
		);
	return new StorageError("unreachable", "", `Cannot connect to ${host} (${said}); check host and port.`, {
		cause: error,
	});
}
