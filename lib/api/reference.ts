import { leastRoles, type Role } from "#lib/access/permissions.ts";
import type { Operation } from "#lib/api/operations/operation.ts";
import { operations } from "#lib/api/operations/operations.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { apiBase } from "./dispatch.ts";
import { type JsonSchema, openApiDocument, parametersOf, schemaOf } from "./openapi.ts";
import { problemKinds } from "./problems.ts";

/** What the readable page of the API shows, from the same schemas as the OpenAPI document. */

export interface FieldReference {
	readonly name: string;
	/** In words: `integer, 1 to 1000`. */
	readonly type: string;
	readonly required: boolean;
	readonly description: string;
}

export interface CallReference {
	readonly id: string;
	readonly tag: string;
	readonly method: "GET" | "POST" | "DELETE";
	/** Begins with `/api/v1`. */
	readonly path: string;
	readonly summary: string;
	readonly role: Role;
	readonly parameters: readonly (FieldReference & { readonly in: "path" | "query" })[];
	readonly body: readonly FieldReference[];
	readonly status: number;
	readonly answer: readonly FieldReference[];
	readonly paged: boolean;
	/** Codes of problems beside those that every call has. */
	readonly problems: readonly string[];
	/** A command that can be tried. */
	readonly curl: string;
}

/** `server`: where users reach the dashboard, an origin. */
export function apiReference(server: string): readonly CallReference[] {
	const { schemas } = openApiDocument().components;
	return operations.map((operation) => callReference(operation, { server, schemas }));
}

export const problemReference = Object.entries(problemKinds).map(([code, kind]) => ({ code, ...kind }));

interface Surroundings {
	readonly server: string;
	/** Named ones, to which others refer. */
	readonly schemas: Readonly<Record<string, JsonSchema>>;
}

function callReference(operation: Operation, { server, schemas }: Surroundings): CallReference {
	const { id, tag, method, path, summary, permission, params, query, body, status, response, problems } = operation;
	const parameters = [...parametersOf("path", params), ...parametersOf("query", query)].map((parameter) => ({
		name: parameter.name,
		in: parameter.in,
		required: parameter.required,
		type: typeText(parameter.schema),
		description: parameter.description ?? "",
	}));
	const output = schemaOf(response, "output");
	const row = propertiesOf(output).rows?.items as JsonSchema | undefined;
	const shown = row ?? output;
	const name = nameIn(shown);
	return {
		id,
		tag,
		method,
		path: `${apiBase}${path}`,
		summary,
		role: leastRoles[permission],
		parameters,
		body: body === null ? [] : fieldsOf(schemaOf(body, "input")),
		status,
		answer: fieldsOf(name === null ? shown : (schemas[name] ?? shown)),
		paged: row !== undefined,
		problems,
		curl: curlOf(operation, server),
	};
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
	return (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

/** Of an answer that is one of several: the fields of all of them; a field that not all have is not required. */
function fieldsOf(schema: JsonSchema): readonly FieldReference[] {
	if (Array.isArray(schema.anyOf)) return fieldsOfAny(schema.anyOf.map((each: JsonSchema) => fieldsOf(each)));
	const required = (schema.required ?? []) as readonly string[];
	return Object.entries(propertiesOf(schema)).map(([name, each]) => ({
		name,
		type: typeText(each),
		required: required.includes(name),
		description: typeof each.description === "string" ? each.description : "",
	}));
}

function fieldsOfAny(all: readonly (readonly FieldReference[])[]): readonly FieldReference[] {
	return [...Map.groupBy(all.flat(), ({ name }) => name)].map(([name, same]) => ({
		name,
		type: [...new Set(same.map(({ type }) => type))].join(" or "),
		required: same.length === all.length && same.every(({ required }) => required),
		description: [...new Set(same.map(({ description }) => description))].filter((text) => text !== "").join(" "),
	}));
}

function nameIn({ $ref }: JsonSchema): string | null {
	return typeof $ref === "string" ? ($ref.split("/").at(-1) ?? null) : null;
}

/** A schema in a few words. */
export function typeText(schema: JsonSchema): string {
	const { type, format, enum: values, items, anyOf, minimum, maximum } = schema;
	const name = nameIn(schema);
	if (name !== null) return name;
	if ("const" in schema) return JSON.stringify(schema.const);
	if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
	if (Array.isArray(anyOf)) return anyOf.map((each: JsonSchema) => typeText(each)).join(" or ");
	if (Array.isArray(type)) return type.join(" or ");
	if (type === "array") return items ? `list of ${typeText(items as JsonSchema)}` : "list";
	if (format === "date-time") return "time, ISO 8601";
	if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
	return typeof type === "string" ? type : "anything";
}

/** What parameters of paths may be. */
const examples = lookupTable<string>({
	id: "MER_FRS_1P_RGB",
	run: "12",
	batch: "3",
	dataset: "481",
	exception: "7",
	key: "unreachable-3",
	storage: "archive",
});

/** A command that can be tried, once `EOSYNC_TOKEN` is set. */
function curlOf({ method, path, example }: Operation, server: string): string {
	const url = `${server}${apiBase}${path.replaceAll(/[{]([a-z]+)[}]/g, (_, name: string) => examples[name] ?? name)}`;
	const lines = [
		`curl${method === "GET" ? "" : ` -X ${method}`} -H "Authorization: Bearer $EOSYNC_TOKEN"`,
		...(example === undefined ? [] : [`-H "Content-Type: application/json" -d '${JSON.stringify(example)}'`]),
		url,
	];
	return lines.join(" \\\n  ");
}
