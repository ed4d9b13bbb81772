import { dirname, resolve } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type ContainerInput, containerInput, type StorageInput, storageInput } from "#lib/catalog/inputs.ts";
import { findUnstorable } from "#lib/catalog/storable.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { type BackupPlan, backupPlan } from "#lib/operations/backup-plan.ts";
import { type StatedKeys, statedKeys, withoutNulls } from "./file-keys.ts";

/** What a configuration file asks for; nothing of it is written yet. */
export interface Configuration {
	readonly storages: readonly StorageInput[];
	readonly containers: readonly ContainerInput[];
	/** Backups by themselves; null: none; undefined: as they are. */
	readonly backup?: BackupPlan | null | undefined;
	/** The keys that the file has for each of them, in their order (`file-keys.ts`). */
	readonly keys: { readonly storages: readonly StatedKeys[]; readonly containers: readonly StatedKeys[] };
}

export interface ConfigurationText {
	readonly text: string;
	/** Its path, for messages; relative roots of local storages are relative to its folder. */
	readonly file: string;
	/** A variable of the environment, for `${NAME}`. */
	readonly variable: (name: string) => string | undefined;
}

/** @throws UsageError with every fault: the line, the path in the file, and what is wrong there. */
export function parseConfiguration({ text, file, variable }: ConfigurationText): Configuration {
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
	const [problem] = document.errors;
	if (problem) throw new UsageError(`${file}:${lines.linePos(problem.pos[0]).line}: ${problem.message}`);
	const at = (path: readonly PropertyKey[]) => `${file}:${lineOf(document, path, lines)}: ${pathText(path)}`;
	const raw = fillIn(toPlain(document, file), [], (name, path) => {
		const value = variable(name);
		if (value === undefined)
			throw new UsageError(`${at(path)} needs the environment variable ${name}, which is not set.`);
		return value;
	});
	const unstorable = findUnstorable(raw);
	if (unstorable !== null)
		throw new UsageError(`${at(unstorable.at)}: This holds ${unstorable.what}, which cannot be kept.`);
	const result = configuration.safeParse(eachPart(withAbsoluteRoots(raw, dirname(file)), withoutNulls));
	if (!result.success) {
		throw new UsageError(result.error.issues.map((issue) => `${at(issue.path)}: ${issue.message}`).join("\n"));
	}
	refuseRepeated(result.data, at);
	return {
		...result.data,
		keys: {
			storages: partsOf(raw, "storages").map(statedKeys),
			containers: partsOf(raw, "containers").map(statedKeys),
		},
	};
}

/** Returns the entries of a list in the file that are objects. */
function partsOf(raw: unknown, list: "storages" | "containers"): readonly object[] {
	const parts = isObject(raw) ? (raw as Readonly<Record<string, unknown>>)[list] : undefined;
	return Array.isArray(parts) ? parts.filter(isObject) : [];
}

function eachPart(raw: unknown, change: (part: object) => object): unknown {
	if (!isObject(raw)) return raw;
	const changed = Object.entries(raw).map(([list, parts]) => [
		list,
		Array.isArray(parts) ? parts.map((part) => (isObject(part) ? change(part) : part)) : parts,
	]);
	return Object.fromEntries(changed);
}

const configuration = z.strictObject({
	storages: z.array(storageInput).default([]),
	containers: z.array(containerInput).default([]),
	backup: z.preprocess(
		(value) => (isObject(value) ? { zone: "UTC", keep: 7, ...value } : value),
		backupPlan.nullable().optional(),
	),
});

type Locate = (path: readonly PropertyKey[]) => string;

/** Aliases are limited: a small file could otherwise become a huge one. */
function toPlain(document: ReturnType<typeof parseDocument>, file: string): unknown {
	try {
		return document.toJS({ maxAliasCount: 100 }) ?? {};
	} catch (cause) {
		throw new UsageError(`${file}: ${messageOf(cause)}.`, { cause });
	}
}

/** Finds the place of the value, or of the nearest one around it that is written down. */
function lineOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[], lines: LineCounter): number {
	for (let length = path.length; length >= 0; length -= 1) {
		const node = document.getIn(path.slice(0, length), true);
		if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
	}
	return 1;
}

/** `containers[0].sources[1].path`. */
function pathText(path: readonly PropertyKey[]): string {
	if (path.length === 0) return "the file";
	return path
		.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
		.join("");
}

/** Replaces `${NAME}` in every string; `$${NAME}` stands for itself. */
function fillIn(
	value: unknown,
	path: readonly PropertyKey[],
	variable: (name: string, path: readonly PropertyKey[]) => string,
): unknown {
	if (typeof value === "string") {
		return value.replace(/(\$?)\$\{([A-Za-z_]\w*)\}/g, (whole, dollar: string, name: string) =>
			dollar === "" ? variable(name, path) : whole.slice(1),
		);
	}
	if (Array.isArray(value)) return value.map((item, index) => fillIn(item, [...path, index], variable));
	if (value === null || typeof value !== "object") return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, [...path, key], variable)]));
}

function withAbsoluteRoots(raw: unknown, folder: string): unknown {
	if (raw === null || typeof raw !== "object" || !("storages" in raw) || !Array.isArray(raw.storages)) return raw;
	const storages = raw.storages.map((storage: unknown) =>
		isObject(storage) &&
		"root" in storage &&
		"type" in storage &&
		storage.type === "local" &&
		typeof storage.root === "string" &&
		storage.root !== ""
			? { ...storage, root: resolve(folder, storage.root) }
			: storage,
	);
	return { ...raw, storages };
}

function isObject(value: unknown): value is object {
	return value !== null && typeof value === "object" && !Array.isArray(value);
}

function refuseRepeated({ storages, containers }: Pick<Configuration, "storages" | "containers">, at: Locate): void {
	const lists = [
		["storages", "name", storages.map(({ name }) => name)],
		["containers", "id", containers.map(({ id }) => id)],
	] as const;
	for (const [list, key, names] of lists) {
		const index = names.findIndex((name, position) => names.indexOf(name) !== position);
		if (index >= 0) throw new UsageError(`${at([list, index, key])}: ${names[index]} is there twice.`);
	}
}
