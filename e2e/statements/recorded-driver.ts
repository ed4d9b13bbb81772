import { mkdirSync, openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type postgres from "postgres";

/**
 * Stands for the driver while the gate runs the tests (`vitest.config.ts`): writes down every statement that was answered,
 * with the text it was composed of and which of its columns were null, for `e2e/statements` to compare with row types.
 */

export interface RecordedStatement {
	/** The template's own pieces of text: they name the place in the source. */
	readonly strings: readonly string[];
	/** The text as the server got it. */
	readonly text: string;
	/** Types of its parameters, as the driver sent them; 0: the driver asked the server. */
	readonly types: readonly number[];
	/** Columns that were null in some row. */
	readonly nulls: readonly string[];
}

type Driver = typeof postgres;
type Pending = Promise<unknown> & {
	resolve(result: unknown): void;
	readonly string: string;
	readonly statement?: { readonly types: readonly number[] };
};

// By its path: its name leads here.
const source = join(createRequire(import.meta.url).resolve("postgres"), "../../../src/index.js");
const { default: driver }: { default: Driver } = await import(pathToFileURL(source).href);

const folder = process.env.EOSYNC_STATEMENTS ?? "";
mkdirSync(folder, { recursive: true });
// Opened once: a test may take privileges from its own process.
const file = openSync(join(folder, `${process.pid}-${Date.now()}.jsonl`), "a");

const piecesByQuery = new WeakMap<object, readonly string[]>();
const piecesByCursor = new Map<
	string,
	{ readonly strings: readonly string[]; readonly text: string; readonly types: readonly number[] }
>();
const written = new Set<string>();

function write(statement: RecordedStatement): void {
	const line = `${JSON.stringify(statement)}\n`;
	if (written.has(line)) return;
	written.add(line);
	writeSync(file, line);
}

function note(query: Pending, strings: readonly string[], parameters: readonly unknown[], result: unknown): void {
	const { string: text, statement } = query;
	const types = statement?.types ?? [];
	const nulls = nullColumns(result);
	// A cursor's rows come by another statement than the one that says what they are.
	const declared = /^declare "(\w+)" no scroll cursor for ([\s\S]*)$/.exec(text);
	const fetched = /^fetch \d+ from "(\w+)"$/.exec(text);
	if (declared !== null) {
		const inner = parameters.map((parameter) => piecesByQuery.get(Object(parameter))).find((pieces) => pieces);
		if (inner !== undefined) piecesByCursor.set(declared[1] ?? "", { strings: inner, text: declared[2] ?? "", types });
	}
	const cursor = piecesByCursor.get(fetched?.[1] ?? "");
	if (cursor !== undefined) write({ ...cursor, nulls });
	write({ strings, text, types, nulls });
}

function nullColumns(result: unknown): readonly string[] {
	const nulls = new Set<string>();
	if (!Array.isArray(result)) return [];
	for (const row of result) for (const [name, value] of Object.entries(row ?? {})) if (value === null) nulls.add(name);
	return [...nulls].sort();
}

function recorded<Tag extends object>(tag: Tag): Tag {
	const own = new Map(["begin", "savepoint", "reserve"].map((name) => [name, Reflect.get(tag, name)]));
	return new Proxy(tag, {
		apply(target, self, parameters: [TemplateStringsArray, ...unknown[]]) {
			const query: Pending = Reflect.apply(target as (...all: unknown[]) => Pending, self, parameters);
			const [strings, ...rest] = parameters;
			if (!Array.isArray(strings?.raw)) return query;
			piecesByQuery.set(query, [...strings]);
			const resolve = query.resolve.bind(query);
			query.resolve = (result) => {
				note(query, [...strings], rest, result);
				resolve(result);
			};
			return query;
		},
		get(target, name) {
			const value: unknown = Reflect.get(target, name);
			if (typeof value !== "function" || own.get(String(name)) !== value) return value;
			return (...parameters: unknown[]) =>
				Reflect.apply(
					value,
					target,
					parameters.map((each) => (typeof each === "function" ? (inner: object) => each(recorded(inner)) : each)),
				);
		},
	});
}

export default Object.assign((...parameters: Parameters<Driver>) => recorded(driver(...parameters)), driver);
