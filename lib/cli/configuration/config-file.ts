import { dirname, resolve } from "node:path";
import type { ContainerInput, StorageInput } from "#lib/catalog/inputs.ts";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import { findUnstorable } from "#lib/catalog/storable.ts";
import type { TargetInput } from "#lib/catalog/targets/target-inputs.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import type { BackupPlan } from "#lib/operations/backup-plan.ts";
import { configurationInput } from "./configuration-schema.ts";
import { type ConfigurationDocument, type Fault, readConfigurationText, schemaFaults } from "./faults.ts";
import { type StatedKeys, statedKeys, withoutNulls } from "./file-keys.ts";

/** What a configuration file asks for; nothing of it is written yet. */
export interface Configuration {
	readonly storages: readonly StorageInput[];
	readonly containers: readonly ContainerInput[];
	readonly targets: readonly TargetInput[];
	/** Of all containers without their own; null: none; undefined: as it is. */
	readonly schedule?: Schedule | null | undefined;
	/** Backups by themselves; null: none; undefined: as they are. */
	readonly backup?: BackupPlan | null | undefined;
	/** The keys that the file has for each of them, in their order (`file-keys.ts`). */
	readonly keys: Readonly<Record<Part, readonly StatedKeys[]>>;
	/** The file says nothing at all. */
	readonly isEmpty: boolean;
	/** What is found wrong later, with its places in the file. */
	readonly faultsText: (faults: readonly Fault[]) => string;
}

type Part = "storages" | "containers" | "targets";

export interface ConfigurationFile {
	readonly text: string;
	/** Its path, for messages; relative roots of local storages are relative to its folder. */
	readonly file: string;
	/** A variable of the environment, for `${NAME}`. */
	readonly variable: (name: string) => string | undefined;
}

/** @throws UsageError with every fault: line and column, the path in the file, what is wrong there and what to do. */
export function parseConfiguration({ text, file, variable }: ConfigurationFile): Configuration {
	const { document, faultsText } = readConfigurationText(text, file);
	const faults: Fault[] = [];
	const refuse = () => {
		if (faults.length > 0) throw new UsageError(faultsText(faults));
	};
	if (document.errors.length > 0) {
		const { errors } = document;
		throw new UsageError(errors.map(({ message, pos }) => `${placeOf(text, file, pos[0])}: ${message}`).join("\n"));
	}
	const missing: (readonly PropertyKey[])[] = [];
	const raw = fillIn(toPlain(document, file), [], (name, path) => {
		const value = variable(name);
		if (value !== undefined) return value;
		missing.push(path);
		faults.push({ path, message: `It needs the environment variable ${name}, which is not set.` });
		return "";
	});
	const unstorable = findUnstorable(raw);
	if (unstorable !== null)
		faults.push({ path: unstorable.at, message: `This holds ${unstorable.what}, which cannot be kept.` });
	const result = configurationInput.safeParse(eachPart(withAbsoluteRoots(raw, dirname(file)), withoutNulls));
	const isFilled = ({ path }: Fault) => !missing.some((each) => each.join("\0") === path.join("\0"));
	faults.push(...(result.success ? [] : schemaFaults(result.error, raw).filter(isFilled)), ...repeated(raw));
	refuse();
	if (!result.success) throw new Error("a file without faults did not parse");
	return {
		...result.data,
		keys: {
			storages: partsOf(raw, "storages").map(statedKeys),
			containers: partsOf(raw, "containers").map(statedKeys),
			targets: partsOf(raw, "targets").map(statedKeys),
		},
		isEmpty: isObject(raw) && Object.keys(raw).length === 0,
		faultsText,
	};
}

function placeOf(text: string, file: string, offset: number): string {
	const before = text.slice(0, offset).split("\n");
	return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Returns the entries of a list in the file that are objects. */
function partsOf(raw: unknown, list: Part): readonly object[] {
	const parts = isObject(raw) ? (raw as Readonly<Record<string, unknown>>)[list] : undefined;
	return Array.isArray(parts) ? parts.filter(isObject) : [];
}

function eachPart(raw: unknown, change: (part: object) => object): unknown {
	if (!isObject(raw)) return raw;
	const changeOne = (part: unknown) => (isObject(part) ? change(part) : part);
	// `containers:` with nothing below it is an empty list.
	const isEmptyList = (key: string, value: unknown) =>
		value === null && (key === "storages" || key === "containers" || key === "targets");
	const changed = Object.entries(raw).map(([key, value]) => [
		key,
		isEmptyList(key, value) ? [] : Array.isArray(value) ? value.map(changeOne) : changeOne(value),
	]);
	return Object.fromEntries(changed);
}

/** Aliases are limited: a small file could otherwise become a huge one. */
function toPlain(document: ConfigurationDocument, file: string): unknown {
	const plain = plainOf(document, file);
	if (leadsToItself(plain, [])) throw new UsageError(`${file}: an alias (*name) stands inside of what it names.`);
	return plain;
}

function plainOf(document: ConfigurationDocument, file: string): unknown {
	try {
		return document.toJS({ maxAliasCount: 100 }) ?? {};
	} catch (cause) {
		throw new UsageError(`${file}: ${messageOf(cause)}.`, { cause });
	}
}

function leadsToItself(value: unknown, above: readonly object[]): boolean {
	if (typeof value !== "object" || value === null) return false;
	return above.includes(value) || Object.values(value).some((each) => leadsToItself(each, [...above, value]));
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

function repeated(raw: unknown): readonly Fault[] {
	const lists = [["storages", "name"] as const, ["containers", "id"] as const, ["targets", "name"] as const];
	return lists.flatMap(([list, key]) => {
		const parts = isObject(raw) ? (raw as Readonly<Record<string, unknown>>)[list] : undefined;
		const seen = new Set<unknown>();
		return (Array.isArray(parts) ? parts : []).flatMap((part: unknown, index) => {
			const name = isObject(part) ? (part as Readonly<Record<string, unknown>>)[key] : undefined;
			if (typeof name !== "string" || !seen.has(name)) {
				seen.add(name);
				return [];
			}
			return [{ path: [list, index, key], message: `${name} is there twice: remove one of them.` }];
		});
	});
}
