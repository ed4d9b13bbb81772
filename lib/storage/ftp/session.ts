import type { Client } from "basic-ftp";
import { StorageError } from "#lib/errors.ts";
import type { RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { ConnectionLostError, type Session } from "#lib/storage/flow-control/session-pool.ts";
import { type DataSink, passivePort } from "./data.ts";
import { ftpCodeOf, saidBy } from "./errors.ts";
import { sendTogether, transferOver } from "./transfer.ts";

interface SessionOptions {
	readonly rateLimiter: RateLimiter;
	readonly timeoutMs: number;
	/** Whether EPSV may be used. */
	readonly epsv: boolean;
	/** Whether commands may leave before those ahead of them are answered. */
	readonly gathers: boolean;
}

/** One logged-in connection: one command at a time, every one of them within the time-out. */
export class FtpSession implements Session {
	/** The server's name for itself; null where it does not say. */
	server: string | null = null;
	/** The features that the server announces, by name, in capitals. */
	features: ReadonlyMap<string, string> = new Map();
	/** Whether folders are listed with exact times. */
	mlsd = false;
	readonly #client: Client;
	readonly #options: SessionOptions;
	#epsv: boolean;
	/** The command, EPSV or PASV, that the server gave a port for; null: not asked yet. */
	#passiveWord: "EPSV" | "PASV" | null = null;
	#closedBy: unknown;

	constructor(client: Client, options: SessionOptions) {
		this.#client = client;
		this.#options = options;
		this.#epsv = options.epsv;
	}

	get usable(): boolean {
		return !this.#client.closed;
	}

	/** @param reason what calls under way are rejected with */
	close(reason?: unknown): void {
		this.#closedBy ??= reason;
		this.#client.close();
	}

	/** Sets up the session: binary transfers, names in UTF-8, and only the facts that we need of each file. */
	async prepare({ greeting, secure, mlsd }: { greeting: string; secure: boolean; mlsd: boolean }): Promise<void> {
		this.server = serverName(greeting);
		this.features = upperCased(await this.withTimeout(() => this.#client.features()));
		const facts = this.features.get("MLST");
		this.mlsd = mlsd && facts !== undefined;
		await this.command("TYPE I");
		if (this.features.has("UTF8")) await this.try("OPTS UTF8 ON");
		if (this.mlsd) await this.try("OPTS MLST type;size;modify;unique;");
		if (secure) {
			await this.command("PBSZ 0");
			await this.command("PROT P");
		}
	}

	/** The server's answer. @throws FTPError when it refuses. */
	async command(command: string): Promise<string> {
		await this.#options.rateLimiter.turn();
		return (await this.withTimeout(() => this.#client.send(command))).message;
	}

	/** The server's answer; null when it refuses. */
	async try(command: string): Promise<string | null> {
		try {
			return await this.command(command);
		} catch (error) {
			if (ftpCodeOf(error) === undefined) throw error;
			return null;
		}
	}

	/**
	 * The answers to commands of one line each, null where the server refuses. They leave together, which saves a round trip
	 * for each, where the server is known to take one after the other from what has arrived: another one may forget what
	 * comes too early.
	 */
	async tryAll(commands: readonly string[]): Promise<readonly (string | null)[]> {
		const atOnce = this.#together ? commandsAtOnce : 1;
		const answers: (string | null)[] = [];
		for (let i = 0; i < commands.length; i += atOnce)
			answers.push(...(await this.#tryTogether(commands.slice(i, i + atOnce))));
		return answers;
	}

	/**
	 * Hands what the command sends to `sink`, until it ends or the sink has enough. Answers with the server's last word.
	 * @param restart where in the file to begin; null: at its beginning
	 * @throws FTPError when the server refuses, or says that something was left out.
	 */
	async transfer(command: string, sink: DataSink, restart: number | null = null): Promise<string> {
		const begin = restart === null ? [] : [`REST ${restart}`];
		if (!this.#together || this.#passiveWord === null) {
			const port = await this.#passive();
			for (const one of begin) await this.command(one);
			await this.#options.rateLimiter.turn();
			return this.withTimeout((touch) => transferOver(this.#client, [command], { port, sink, touch }));
		}
		await this.#options.rateLimiter.turn();
		const commands = [this.#passiveWord, ...begin, command];
		return this.withTimeout((touch) => transferOver(this.#client, commands, { port: null, sink, touch }));
	}

	/**
	 * Waits for the server as long as it says something now and then.
	 * @throws StorageError `timeout`, ConnectionLostError, the reason of `close`, or what `operation` throws.
	 */
	async withTimeout<T>(operation: (touch: () => void) => Promise<T>): Promise<T> {
		const { timeoutMs } = this.#options;
		const timer = setTimeout(() => {
			this.close(
				new StorageError(
					"timeout",
					"",
					`No answer for ${timeoutMs / 1000} s; check that the server is running and not overloaded.`,
				),
			);
		}, timeoutMs);
		try {
			return await operation(() => timer.refresh());
		} catch (error) {
			if (this.#closedBy !== undefined) throw this.#closedBy;
			const code = ftpCodeOf(error);
			if (code !== undefined && code !== 421 && code !== 425 && code !== 426) throw error;
			if (code !== 421 && this.usable && code === undefined) throw error;
			this.#client.close();
			throw new ConnectionLostError("unreachable", "", `The connection was lost (${saidBy(error)}); try again.`, {
				cause: error,
			});
		} finally {
			clearTimeout(timer);
		}
	}

	async #tryTogether(commands: readonly string[]): Promise<readonly (string | null)[]> {
		const [only = ""] = commands;
		if (commands.length === 1) return [await this.try(only)];
		const { ftp } = this.#client;
		const answers: (string | null)[] = [];
		return this.withTimeout(async (touch) => {
			const all = ftp.handle(undefined, (answer, task) => {
				touch();
				const code = ftpCodeOf(answer);
				// Replies that end the connection, and errors other than refusals.
				if (answer instanceof Error && (code === undefined || code === 421)) return task.reject(answer);
				answers.push(answer instanceof Error ? null : answer.message);
				if (answers.length === commands.length) task.resolve(answers);
			});
			sendTogether(ftp, commands);
			return all as Promise<typeof answers>;
		});
	}

	/** Whether the server is known to take one command after the other from what has arrived, and may get many. */
	get #together(): boolean {
		return this.#options.gathers && takesInTurn.test(this.server ?? "");
	}

	async #passive(): Promise<number> {
		if (this.#epsv) {
			const answer = await this.try("EPSV");
			if (answer !== null) {
				this.#passiveWord = "EPSV";
				return passivePort(answer);
			}
			this.#epsv = false;
		}
		const answer = await this.command("PASV");
		this.#passiveWord = "PASV";
		return passivePort(answer);
	}
}

/** Lines of two kilobytes at most, so that neither side ever waits for the other to read. */
const commandsAtOnce = 32;
/** Servers are recognised by the name in their greeting. */
const takesInTurn = /vsFTPd|Pure-FTPd|ProFTPD/i;

/** `220 (vsFTPd 3.0.3)`, `220 ProFTPD Server (Debian) [::ffff:127.0.0.1]`: without the address, which says nothing. */
function serverName(greeting: string): string | null {
	const line = greeting.split("\n")[0]?.replace(/^220[ -]/, "") ?? "";
	const name = line.replace(/\s*\[[0-9a-f.:]+\]/i, "").replace(/^\((.*)\)$/, "$1");
	const printable = name.replace(/\p{C}/gu, "").trim().slice(0, 100);
	return printable === "" ? null : printable;
}

function upperCased(features: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
	return new Map([...features].slice(0, 200).map(([name, value]) => [name.toUpperCase(), value]));
}
