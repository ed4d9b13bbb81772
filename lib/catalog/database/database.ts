import postgres from "postgres";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { isConnectionLost } from "./outage.ts";

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
}

/**
 * A client of the database that answers at once or within ten seconds. Drizzle keeps the tables (`schema.ts`, migrations);
 * queries are SQL.
 * @throws EosyncError `database-unreachable` when the server does not answer or refuses us.
 */
export async function openDatabase({ url, applicationName, max = 8 }: OpenDatabaseOptions): Promise<Database> {
	const sql = connect(url, applicationName, max);
	const close = async () => {
		await sql.end({ timeout: 5 });
	};
	try {
		await sql`select 1`;
	} catch (error) {
		await close();
		throw new EosyncError(
			"database-unreachable",
			`The database ${describeUrl(url)} cannot be used: ${messageOf(error) || "no answer"}. Check DATABASE_URL and that the server is running.`,
			{ cause: error, retryable: true },
		);
	}
	return { sql, url, close, [Symbol.asyncDispose]: close };
}

const INT8 = 20;
const TIMESTAMPTZ = 1184;

function connect(url: string, applicationName: string, max: number): Sql {
	const target = new URL(url);
	// libpq's way to name a Unix socket's folder; postgres.js does not know it.
	const folder = target.searchParams.get("host");
	target.searchParams.delete("host");
	const sql = postgres(target.href, {
		...(folder?.startsWith("/") ? { path: `${folder}/.s.PGSQL.${target.port || 5432}` } : {}),
		max,
		connect_timeout: 10,
		// Seconds; the driver's own goes up to 20, much longer than a server takes to start again.
		backoff: (attempts: number) => Math.min(0.01 * 3 ** attempts, 1),
		onnotice: () => {},
		connection: { application_name: applicationName, TimeZone: "UTC", DateStyle: "ISO", jit: "off" },
		types: {
			bigint: { to: INT8, from: [INT8], serialize: String, parse: Number },
			instant: { to: TIMESTAMPTZ, from: [TIMESTAMPTZ], serialize: instantToText, parse: toInstant },
		},
	});
	return Object.assign(sql, { begin: beginSafely(sql.begin) });
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
