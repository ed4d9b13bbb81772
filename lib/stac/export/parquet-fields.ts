import type { SchemaElement } from "hyparquet-writer";
import { listElements, microseconds, parquetTypes } from "#lib/catalog/search/geoparquet.ts";

/**
 * Parquet columns for JSON fields of any kind: all values are examined first, then each is written in a type that fits all of them.
 * Pure.
 */

/** The kinds of values of one field, as far as they were examined. */
export class SeenField {
	#texts = false;
	#flags = false;
	#integers = false;
	#numbers = false;
	#list: SeenField | null = null;
	#members: Map<string, SeenField> | null = null;
	readonly #count: FieldCount;

	/** @throws TooManyFieldsError */
	constructor(count: FieldCount) {
		this.#count = count;
		count.add();
	}

	look(value: unknown): void {
		if (value === null || value === undefined) return;
		if (typeof value === "string") this.#texts = true;
		else if (typeof value === "boolean") this.#flags = true;
		else if (typeof value === "number") {
			if (Number.isSafeInteger(value)) this.#integers = true;
			else this.#numbers = true;
		} else if (Array.isArray(value)) {
			this.#list ??= new SeenField(this.#count);
			for (const each of value) this.#list.look(each);
		} else {
			this.#members ??= new Map();
			for (const [name, member] of Object.entries(value)) {
				const seen = this.#members.get(name) ?? new SeenField(this.#count);
				this.#members.set(name, seen);
				seen.look(member);
			}
		}
	}

	/** Fields of its members, by name; empty if no value was an object. */
	get members(): ReadonlyMap<string, SeenField> {
		return this.#members ?? new Map();
	}

	/** A field that has numbers and texts becomes text; one that has objects or lists beside other values becomes JSON. */
	get type(): FieldType {
		const numbers = this.#integers || this.#numbers;
		const plain = [this.#texts, this.#flags, numbers].filter(Boolean).length;
		if (this.#list !== null && this.#members === null && plain === 0) return { is: "list", of: this.#list.type };
		if (this.#members !== null && this.#list === null && plain === 0 && this.#members.size > 0)
			return { is: "group", members: [...this.#members].map(([name, seen]) => ({ name, type: seen.type })) };
		if (this.#list !== null || this.#members !== null) return { is: "json" };
		if (plain !== 1 || this.#texts) return { is: "text" };
		if (this.#flags) return { is: "flag" };
		return { is: this.#numbers ? "number" : "integer" };
	}
}

/** Counts fields, including members of others: each is a column, or holds some. */
export class FieldCount {
	#left: number;

	constructor(most: number) {
		this.#left = most;
	}

	add(): void {
		this.#left -= 1;
		if (this.#left < 0) throw new TooManyFieldsError();
	}
}

export class TooManyFieldsError extends Error {}

export type FieldType =
	| { readonly is: "text" | "flag" | "integer" | "number" | "json" | "instant" }
	| { readonly is: "list"; readonly of: FieldType }
	| { readonly is: "group"; readonly members: readonly { readonly name: string; readonly type: FieldType }[] };

const plainElements = {
	...parquetTypes,
	json: parquetTypes.text,
	flag: { type: "BOOLEAN" },
	integer: { type: "INT64" },
	number: { type: "DOUBLE" },
} as const;

/** The column itself, then everything it is made of. */
export function elementsOf(name: string, type: FieldType): readonly SchemaElement[] {
	const optional = { name, repetition_type: "OPTIONAL" } as const;
	switch (type.is) {
		case "list":
			return listElements(optional, elementsOf("element", type.of));
		case "group":
			return [
				{ ...optional, num_children: type.members.length },
				...type.members.flatMap((member) => elementsOf(member.name, member.type)),
			];
		default:
			return [{ ...optional, ...plainElements[type.is] }];
	}
}

/** The value as the writer takes it; null: there is none. */
export function columnValue(value: unknown, type: FieldType): unknown {
	if (value === null || value === undefined) return null;
	switch (type.is) {
		case "text":
			return String(value);
		case "json":
			return JSON.stringify(value);
		case "integer":
			return BigInt(value as number);
		case "instant":
			return microseconds(String(value));
		case "list":
			return (value as readonly unknown[]).map((each) => columnValue(each, type.of));
		case "group": {
			const given = value as Readonly<Record<string, unknown>>;
			const own = (name: string) => (Object.hasOwn(given, name) ? given[name] : null);
			return Object.fromEntries(type.members.map(({ name, type: of }) => [name, columnValue(own(name), of)]));
		}
		default:
			return value;
	}
}
