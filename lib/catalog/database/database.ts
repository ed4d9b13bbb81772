import type postgres from "postgres";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { correctedDriver } from "./driver.ts";
import { isConnectionLost } from "./outage.ts";
import { watchStalls } from "./stalled-connections.ts";

/** The raw client: 64-bit integers are numbers (ids and sizes are below 2^53), times are `Instant` strings. */
export type Sql = postgres.Sql<{ bigint: number; instant: string }>;

/** The raw client inside a transaction. */
export type Transaction = postgres.TransactionSql<{ bigint: number; instant: string }>;

export interface Database extends AsyncDisposable {
	readonly sql: Sql;
	/** What `openDatabase` takes: hand it to child processes as DATABASE_URL. Holds the password. */
	readonly url: string;
	/** Starts the server again after it died, where it is ours to start: the embedded one. */
	revive?(): Promise<void>;
	close(): Promise<void>;
}

export interface OpenDatabaseOptions {
	/** `postgres://user:password@host:port/database`; `?host=/folder` for a server's Unix socket, as libpq has it. */
	readonly url: string;
	/** Shown in `pg_stat_activity`. */
	readonly applicationName: string;
	/**
	 * Connections; opened when needed. A run wants four: where all are in use, the driver has a statement wait behind
	 * another one, however long that takes.
	 */
	readonly max?: number;
	/** Milliseconds without a sign of the server after which a connection may be given up. */
	readonly stallLimit?: number;
	/** Hears what the server says besides its answers. */
	readonly onNotice?: (message: string) => void;
	/** Hears each statement that is sent, with what stands for `$1`, `$2` …: for looking at their plans. */
	readonly onStatement?: (text: string, parameters: readonly unknown[]) => void;
}

/**
 * A client of the database that answers at once or within ten seconds. Drizzle keeps the tables (`schema.ts`, migrations);
 * queries are SQL.
 * @throws EosyncError `database-unreachable` when the server does not answer or refuses us.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
	const { url } = options;
	const { sql, close } = connect(options);
	try {
		await sql`select`;
	} catch (error) {
		await close();
		throw new EosyncError(
			"database-unreachable",
			`The database ${describeUrl(url)} cannot be used: ${messageOf(error) || "no answer"}. ${adviceFor(error)}`,
			{ cause: error, retryable: true },
		);
	}
	return { sql, url, close, [Symbol.asyncDispose]: close };
}

/** A pooler knows only some of a session's parameters. */
function adviceFor(error: unknown): string {
	return /unsupported startup parameter/.test(messageOf(error))
		? "Let PgBouncer pass it by: ignore_startup_parameters = jit."
		: "Check DATABASE_URL and that the server is running.";
}

const INT8 = 20;
const TIMESTAMPTZ = 1184;

function connect({
	url,
	applicationName,
	max = 8,
	stallLimit = 60_000,
	onNotice = () => {},
	onStatement,
}: OpenDatabaseOptions) {
	const stalls = watchStalls({ limit: stallLimit, isAtWork: (pid) => isAtWork(url, pid, stallLimit / 100) });
	const options = {
		...place(url),
		max,
		connect_timeout: 10,
		// Seconds; the driver's own goes up to 20, much longer than a server takes to start again.
		backoff: (attempts: number) => Math.min(0.01 * 3 ** attempts, 1),
		onnotice: ({ message }: { readonly message?: string }) => onNotice(message ?? ""),
		...(onStatement === undefined
			? {}
			: { debug: (_: number, text: string, parameters: readonly unknown[]) => onStatement(text, parameters) }),
		// One that eosync's corrections add.
		onsocket: stalls.onsocket,
		connection: { application_name: applicationName, TimeZone: "UTC", DateStyle: "ISO", jit: "off" },
		types: {
			bigint: { to: INT8, from: [INT8], serialize: String, parse: Number },
			instant: { to: TIMESTAMPTZ, from: [TIMESTAMPTZ], serialize: instantToText, parse: toInstant },
		},
	};
	const sql: Sql = correctedDriver()(urlWithoutHost(url), options);
	const close = async () => {
		await sql.end({ timeout: 5 });
		stalls[Symbol.dispose]();
	};
	return { sql: Object.assign(sql, { begin: beginSafely(sql.begin) }), close };
}

/** libpq's way to name a Unix socket's folder; postgres.js does not know it. */
function place(url: string): { readonly path?: string } {
	const { searchParams, port } = new URL(url);
	const folder = searchParams.get("host");
	return folder?.startsWith("/") ? { path: `${folder}/.s.PGSQL.${port || 5432}` } : {};
}

function urlWithoutHost(url: string): string {
	const target = new URL(url);
	target.searchParams.delete("host");
	return target.href;
}

/** Whether the server works, or waits for a lock, for one of its processes; not if it does not answer for so many seconds. */
async function isAtWork(url: string, pid: number, timeoutSeconds: number): Promise<boolean> {
	const sql = correctedDriver()(urlWithoutHost(url), {
		...place(url),
		max: 1,
		connect_timeout: Math.min(10, timeoutSeconds),
		fetch_types: false,
		onnotice: () => {},
		connection: { application_name: "eosync presence" },
	});
	try {
		const rows = await sql<{ own: number; state: string | null; waits: string | null }[]>`
			select pg_backend_pid() as own, state, wait_event_type as waits
			from (values (1)) as one (row) left join pg_stat_activity on pid = ${pid}`;
		const [found] = rows;
		// Behind a pooler the number is not the server's: an unknown process is left alone.
		if (found === undefined || found.own !== rows.state.pid) return true;
		return found.state === "active" && found.waits !== "Client";
	} catch (error) {
		// Anything else, as "too many connections", is an answer.
		return !isConnectionLost(error);
	} finally {
		await sql.end({ timeout: 0 });
	}
}

/**
 * The driver's `begin` rejects as soon as its connection is gone, while the transaction's function may still be at work.
 * Whatever is then written to that connection, a statement or the ROLLBACK after a failure, goes into a socket that is no
 * more, and that ends the process (porsager/postgres#1208). So the function is given no statement to send any more, and never
 * ends.
 */
function beginSafely(begin: Sql["begin"]): Sql["begin"] {
	const safely = (work: (sql: Transaction) => Promise<unknown>) => {
		let lost: { readonly error: unknown } | null = null;
		const refuseIfLost = () => {
			if (lost !== null) throw lost.error;
		};
		const running = begin(async (transaction) => {
			// A process that is stopped, or cut off, keeps its locks no longer than that; ours compute for seconds between two
			// statements. Sent with the first statement, so nothing waits for it; if it fails, so does that.
			transaction`set local idle_in_transaction_session_timeout = '10min'`.catch(() => {});
			try {
				return await work(guarded(transaction, refuseIfLost));
			} catch (error) {
				if (isConnectionLost(error)) await new Promise(() => {});
				throw error;
			}
		});
		running.catch((error: unknown) => {
			lost = { error };
		});
		return running;
	};
	return safely as Sql["begin"];
}

/** The same transaction, which is asked before each use. */
function guarded(transaction: Transaction, check: () => void): Transaction {
	return new Proxy(transaction, {
		apply(target, self, parameters) {
			check();
			return Reflect.apply(target, self, parameters);
		},
		get(target, name) {
			check();
			return Reflect.get(target, name);
		},
	});
}

/** PostgreSQL's `2006-08-16 09:09:29.25+00` as an `Instant`: no fraction, or three digits, or six. */
export function toInstant(text: string): string {
	// Nearly all: lists have tens of thousands, and a pattern takes three times as long.
	if (text.charCodeAt(10) === 32 && text.endsWith("+00")) {
		const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
		const digits = text.length - "2006-08-16 09:09:29.+00".length;
		if (digits < 0) return `${seconds}Z`;
		return `${seconds}${text.slice(19, 20 + digits)}${"000".slice(digits % 3 === 0 ? 3 : digits % 3)}Z`;
	}
	const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
	if (match === null) {
		return text;
	}
	const [, date, time, fraction] = match;
	return `${date}T${time}${fraction === undefined ? "" : `.${fraction.padEnd(fraction.length > 3 ? 6 : 3, "0")}`}Z`;
}

function instantToText(value: unknown): string {
	return value instanceof Date ? value.toISOString() : String(value);
}

/** Without the password. */
function describeUrl(url: string): string {
	const { hostname, port, pathname, searchParams } = new URL(url);
	return `${pathname.slice(1)} at ${searchParams.get("host") ?? (hostname || "localhost")}${port === "" ? "" : `:${port}`}`;
}
