import { z } from "zod";
import {
	type ContainerInput,
	containerInput,
	guardRules,
	removalRules,
	type StorageInput,
	storageInput,
} from "#lib/catalog/inputs.ts";
import { type TargetInput, targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { secretFields } from "#lib/storage/config.ts";

/**
 * What a configuration file says, and does not say. A key that the file has is stated, `null` being its default. One that it
 * has not stays as it was set elsewhere, unless the file that was applied last had it: then it returns to its default. A
 * list, such as `sources`, is one key. Keys of `guard` and `removals` are keys of their own: `guard.maxRemovals`.
 */

/** The keys that a part of a file has. */
export type StatedKeys = readonly string[];

type Plain = Readonly<Record<string, unknown>>;

const groups = lookupTable<readonly string[]>({
	guard: Object.keys(guardRules.shape),
	removals: Object.keys(removalRules.shape),
});

/** Every key that a container in a file may have, but those that say which one it is. */
const containerKeys = keysOf(Object.keys(containerInput.shape)).filter((key) => key !== "id" && key !== "kind");

function keysOf(names: readonly string[]): readonly string[] {
	return names.flatMap((name) => groups[name]?.map((part) => `${name}.${part}`) ?? [name]);
}

/** The keys that a container's or storage's part of a file states. */
export function statedKeys(part: object): StatedKeys {
	return Object.entries(part).flatMap(([name, value]) => {
		const parts = groups[name];
		if (parts === undefined) return [name];
		// All of the group, where it is null; of a mapping, just its keys.
		return (isPlain(value) ? Object.keys(value) : parts).map((key) => `${name}.${key}`);
	});
}

/** Leaves out keys that are null, where null means the default. Null in `guard` means no limit, and null removes a secret. */
export function withoutNulls(part: object): Plain {
	const secrets: readonly string[] = ["hostKey", ...Object.values(secretFields).flat()];
	return Object.fromEntries(
		Object.entries(part)
			.filter(([key, value]) => value !== null || secrets.includes(key))
			.map(([key, value]) => [key, key === "guard" ? value : withoutNullsBelow(value)]),
	);
}

function withoutNullsBelow(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNullsBelow);
	return isPlain(value) ? withoutNulls(value) : value;
}

export interface Merged<Input> {
	readonly input: Input;
	/** Keys that the file leaves out and that stay as set elsewhere; never those that have their default anyway. */
	readonly kept: readonly (readonly [key: string, value: unknown])[];
	/** Keys that the last file had and this one lacks: they have their defaults again. */
	readonly reset: readonly (readonly [key: string, value: unknown])[];
}

interface Said<Input> {
	/** The input from the file, with defaults. */
	readonly input: Input;
	readonly keys: readonly string[];
}

interface Before<Input> {
	/** The input as configured now. */
	readonly input: Input;
	/** Keys of the file that was applied last; null: none has named it yet. */
	readonly keys: readonly string[] | null;
}

/** Merges the file's container with the configured one. @param before null: it does not exist yet */
export function mergeContainer(
	said: Said<ContainerInput>,
	before: Before<ContainerInput> | null,
): Merged<ContainerInput> {
	const { id, kind } = said.input;
	const defaults = containerInput.parse({ id, kind });
	const merged = merge(containerKeys, { said, before, defaults });
	return { ...merged, input: containerInput.parse(merged.input) };
}

/** Merges the file's storage with the configured one. Another type keeps nothing; secrets that are left out always stay. */
export function mergeStorage(said: Said<StorageInput>, before: Before<StorageInput> | null): Merged<StorageInput> {
	const { name, type } = said.input;
	const own: readonly string[] = secretFields[type];
	const [shape] = storageInput.options
		.filter((option) => option.shape.type.value === type)
		.map((option) => option.shape);
	const keys = Object.entries(shape ?? {}).filter(
		([key, schema]) => !["name", "type", "hostKey", ...own].includes(key) && isOptional(schema),
	);
	const defaults = Object.fromEntries(
		keys.map(([key, schema]) => [key, z.object({ key: schema as z.ZodType }).parse({}).key]),
	);
	const earlier = before?.input.type === type ? before : null;
	const merged = merge(
		keys.map(([key]) => key),
		{ said, before: earlier, defaults },
	);
	return { ...merged, input: storageInput.parse({ ...merged.input, name, type }) };
}

/** Merges the file's target with the configured one. A password that is left out always stays. */
export function mergeTarget(said: Said<TargetInput>, before: Before<TargetInput> | null): Merged<TargetInput> {
	const { name, type, url } = said.input;
	const keys = Object.keys(targetInput.shape).filter((key) => !["name", "type", "url", "password"].includes(key));
	const merged = merge(keys, { said, before, defaults: targetInput.parse({ name, type, url }) });
	return { ...merged, input: targetInput.parse(merged.input) };
}

function isOptional(schema: unknown): boolean {
	return schema instanceof z.ZodType && schema.safeParse(undefined).success;
}

interface Merging {
	readonly said: Said<object>;
	readonly before: Before<object> | null;
	readonly defaults: object;
}

function merge(keys: readonly string[], { said, before, defaults }: Merging) {
	let input: Plain = { ...said.input };
	const kept: [string, unknown][] = [];
	const reset: [string, unknown][] = [];
	for (const key of before === null ? [] : keys) {
		if (said.keys.includes(key)) continue;
		const [now, byDefault] = [valueAt(before?.input, key), valueAt(defaults, key)];
		if (JSON.stringify(now) === JSON.stringify(byDefault)) continue;
		const isForgotten = before?.keys?.includes(key) ?? false;
		(isForgotten ? reset : kept).push([key, isForgotten ? byDefault : now]);
		input = withValue(input, key, isForgotten ? byDefault : now);
	}
	return { input, kept, reset };
}

function valueAt(of: object | undefined, key: string): unknown {
	return key.split(".").reduce<unknown>((value, name) => (isPlain(value) ? value[name] : undefined), of);
}

function withValue(of: Plain, key: string, value: unknown): Plain {
	const [name = "", ...rest] = key.split(".");
	if (rest.length > 0) return { ...of, [name]: withValue((of[name] ?? {}) as Plain, rest.join("."), value) };
	return {
		...Object.fromEntries(Object.entries(of).filter(([other]) => other !== name)),
		...(value === undefined ? {} : { [name]: value }),
	};
}

function isPlain(value: unknown): value is Plain {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
