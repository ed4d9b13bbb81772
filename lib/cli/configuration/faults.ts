import { isNode, isScalar, LineCounter, type ParsedNode, parseDocument, YAMLMap } from "yaml";
import type { z } from "zod";
import { nearestName } from "#lib/patterns/nearest-name.ts";
import { configurationSchema, type JsonSchema } from "./configuration-schema.ts";

/** What is wrong at a place of a configuration file, and what to do about it. */
export interface Fault {
	readonly path: readonly PropertyKey[];
	/** It is the key itself that is wrong. */
	readonly isKey?: boolean;
	readonly message: string;
}

export type ConfigurationDocument = ReturnType<typeof parseDocument<ParsedNode, false>>;

/** A file as it was read: its text stays known, so that faults found later still name their place. */
export interface ConfigurationText {
	readonly document: ConfigurationDocument;
	/** All faults in the order of the file, a line for each: `file:line:column: path: message`. */
	readonly faultsText: (faults: readonly Fault[]) => string;
}

export function readConfigurationText(text: string, file: string): ConfigurationText {
	const lines = new LineCounter();
	const document = parseDocument<ParsedNode, false>(text, {
		lineCounter: lines,
		prettyErrors: false,
		logLevel: "error",
	});
	const faultsText = (faults: readonly Fault[]) => {
		const placed = faults.map((fault) => ({ ...fault, offset: offsetOf(document, fault) }));
		return placed
			.toSorted((a, b) => a.offset - b.offset)
			.map(({ offset, path, message }) => {
				const { line, col } = lines.linePos(offset);
				// An empty file has no lines.
				return `${file}:${line || 1}:${col || 1}: ${path.length === 0 ? "" : `${pathText(path)}: `}${message}`;
			})
			.join("\n");
	};
	return { document, faultsText };
}

/** The place of the value or key, or of the nearest one around it that is written down. */
function offsetOf(document: ConfigurationDocument, { path, isKey = false }: Fault): number {
	for (let length = path.length; length > 0; length -= 1) {
		const parent = document.getIn(path.slice(0, length - 1), true);
		const last = path[length - 1];
		if (isKey && length === path.length && parent instanceof YAMLMap) {
			const pair = parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === last);
			if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
		}
		const node = document.getIn(path.slice(0, length), true);
		if (isNode(node) && node.range) return node.range[0];
	}
	return document.contents?.range[0] ?? 0;
}

/** `containers[0].sources[1].path`. */
function pathText(path: readonly PropertyKey[]): string {
	return path
		.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
		.join("");
}

/** ` Did you mean meris?`, or nothing where no candidate is like it. */
export function didYouMean(wanted: unknown, candidates: readonly string[]): string {
	const nearest = typeof wanted === "string" ? nearestName(wanted, candidates) : null;
	return nearest === null ? "" : ` Did you mean ${nearest.name}?`;
}

/** The faults that a schema finds, each with the name that was probably meant. */
export function schemaFaults({ issues }: z.ZodError, raw: unknown): readonly Fault[] {
	const schema = configurationSchema();
	return issues.flatMap((issue): readonly Fault[] => {
		const { path } = issue;
		if (issue.code === "unrecognized_keys") {
			const known = keysAt(schema, path, raw);
			return issue.keys.map((key) => {
				const meant = didYouMean(key, known);
				const instead = meant !== "" || known.length === 0 ? meant : ` Keys are ${known.join(", ")}.`;
				return { path: [...path, key], isKey: true, message: `There is no such key here.${instead}` };
			});
		}
		const meant = didYouMean(valueAt(raw, path), choicesOf(issue) ?? []);
		return [{ path, message: meant === "" ? issue.message : `${issue.message}.${meant}` }];
	});
}

function choicesOf(issue: z.core.$ZodIssue): readonly string[] | null {
	if (issue.code === "invalid_value") return issue.values.map(String);
	if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options))
		return issue.options.map(String);
	return null;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>((value, key) => (value as Readonly<Record<PropertyKey, unknown>> | null)?.[key], raw);
}

/** The keys that a mapping may have there, of the kind of storage that it says it is. */
function keysAt(schema: JsonSchema, path: readonly PropertyKey[], raw: unknown): readonly string[] {
	let at: readonly JsonSchema[] = alternatives(schema, raw);
	path.forEach((key, index) => {
		const value = valueAt(raw, path.slice(0, index + 1));
		at = at.flatMap((each) => {
			const below = typeof key === "number" ? each.items : each.properties?.[String(key)];
			return typeof below === "object" && !Array.isArray(below) ? alternatives(below as JsonSchema, value) : [];
		});
	});
	return [...new Set(at.flatMap((each) => Object.keys(each.properties ?? {})))];
}

function alternatives(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
	const members = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as JsonSchema[];
	if (members.length === 0) return [schema];
	const type = valueAt(value, ["type"]);
	const ofType = members.filter((member) => (member.properties?.type as JsonSchema | undefined)?.const === type);
	return (type !== undefined && ofType.length > 0 ? ofType : members).flatMap((member) => alternatives(member, value));
}
