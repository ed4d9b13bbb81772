import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Database } from "#lib/catalog/database/database.ts";
import { baseName } from "#lib/paths.ts";

/** A statement that makes sure that a process still has its claim, for the rest of the transaction. */
const fencing = /for share|update runs set (problems|notes)/;
/** Files in which fences are written; their callers are elsewhere. */
const fenceFiles = /\/(fences|database|run-lease|run-parts|helper)\.ts/;

/**
 * The database, but that `before` is awaited before each statement that fences a claim. It is given the function that the
 * claim is fenced for, as `file.ts: function`.
 */
export function beforeFences(database: Database, before: (caller: string) => Promise<unknown>): Database {
	const begin = (work: (sql: unknown) => Promise<unknown>) =>
		database.sql.begin((transaction) =>
			work(
				new Proxy(transaction, {
					apply(target, self, args) {
						const statement = (): unknown => Reflect.apply(target, self, args);
						const text = Array.isArray(args[0]) ? args[0].join("?") : "";
						if (!fencing.test(text)) return statement();
						return before(callerOf(stack())).then(statement);
					},
				}),
			),
		);
	const sql = new Proxy(database.sql, {
		get: (target, key, receiver) => (key === "begin" ? begin : Reflect.get(target, key, receiver)),
	});
	return { ...database, sql };
}

/** All of it: the callers of a fence are many frames away. */
function stack(): string {
	const limit = Error.stackTraceLimit;
	Error.stackTraceLimit = 100;
	try {
		return new Error().stack ?? "";
	} finally {
		Error.stackTraceLimit = limit;
	}
}

/** Returns the nearest function around the first place of the stack outside the fences. */
function callerOf(stack: string): string {
	for (const [, url = "", line = ""] of stack.matchAll(
		/((?:file:\/\/)?\/[^\s():]*\/lib\/[^\s():?]+\.ts)[^\s():]*:(\d+):\d+/g,
	)) {
		const path = url.startsWith("file:") ? fileURLToPath(url) : url;
		if (fenceFiles.test(path)) continue;
		const above = readFileSync(path, "utf8").split("\n").slice(0, Number(line)).toReversed();
		const name = above
			.map((text) => /(?:function|async) \*?(\w+)\(/.exec(text)?.[1])
			.find((found) => found !== undefined);
		return `${baseName(path)}: ${name}`;
	}
	throw new Error(`Whose fence is this?\n${stack}`);
}
