import { z } from "zod";
import { leastRoles } from "#lib/access/permissions.ts";
import type { Operation } from "#lib/api/operations/operation.ts";
import { operations } from "#lib/api/operations/operations.ts";
import { container, containerDetail, dataset, rejection, storage } from "#lib/api/schemas/catalogue-schemas.ts";
import { listedChange, problem, requestedRun, run } from "#lib/api/schemas/run-schemas.ts";
import { footprint } from "#lib/api/schemas/schema-parts.ts";
import { push, target } from "#lib/api/schemas/target-schemas.ts";
import { apiBase } from "./dispatch.ts";
import { type ProblemCode, problemDetails, problemKinds } from "./problems.ts";

/** The OpenAPI 3.1 document, made of the schemas that requests are checked with and answers are tested against. */

export interface JsonSchema {
	readonly [keyword: string]: unknown;
}

export interface OpenApiDocument {
	readonly openapi: string;
	readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
	readonly components: {
		readonly schemas: Readonly<Record<string, JsonSchema>>;
		readonly [kind: string]: object;
	};
	readonly [field: string]: unknown;
}

/** Schemas with a name of their own; others are written where they are used. */
const named = {
	Container: container,
	ContainerDetail: containerDetail,
	Dataset: dataset,
	Rejection: rejection,
	Storage: storage,
	Run: run,
	RequestedRun: requestedRun,
	Change: listedChange,
	RunProblem: problem,
	Target: target,
	TargetPush: push,
	Problem: problemDetails,
	Footprint: footprint,
};

/** Every call can be refused so. */
const always: readonly ProblemCode[] = ["invalid-request", "unauthorized", "forbidden", "rate-limited", "unavailable"];

export interface DocumentOptions {
	/** Where users reach the dashboard, an origin; "" leaves it to where the document was read. */
	readonly server?: string;
	/** eosync's own. */
	readonly version?: string;
}

export function openApiDocument({ server = "", version = "0" }: DocumentOptions = {}): OpenApiDocument {
	const paths: Record<string, Record<string, object>> = {};
	for (const operation of operations) {
		paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: callOf(operation) };
	}
	const responses = Object.fromEntries(
		Object.keys(problemKinds).map((code) => [code, problemResponse(code as ProblemCode)]),
	);
	return {
		openapi: "3.1.1",
		info: {
			title: "eosync",
			version,
			description: introduction,
		},
		servers: [{ url: `${server}${apiBase}` }],
		security: [{ token: [] }],
		tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
		paths,
		components: {
			schemas: namedSchemas(),
			responses,
			securitySchemes: {
				token: { type: "http", scheme: "bearer", description: "An API token, `eos_…`, made on the account page." },
			},
		},
	};
}

const introduction =
	"What the dashboard does, for programs. Lists come in pages: give `next` of a page as `after`. A sync or check is queued and carried out by a worker; while a run of the container is active, another request joins it (`joined`). Refusals are RFC 9457 problems with a stable `code`.";

function callOf(operation: Operation): object {
	const { id, tag, summary, permission, response, files = [], status, body } = operation;
	const codes = [...always, ...operation.problems, ...(body === null ? [] : bodyProblems)];
	return {
		operationId: id,
		tags: [tag],
		summary,
		description: `Needs the role ${leastRoles[permission]}.`,
		"x-eosync-role": leastRoles[permission],
		parameters: [...parametersOf("path", operation.params), ...parametersOf("query", operation.query)],
		...(body === null ? {} : { requestBody: requestBody(body, operation.example) }),
		responses: {
			[status]: {
				description: status === 202 ? "Queued; a worker does it." : "Done.",
				content: {
					"application/json": { schema: schemaOf(response, "output") },
					...Object.fromEntries(files.map((type) => [type, {}])),
				},
			},
			...byStatus(codes),
		},
	};
}

const bodyProblems: readonly ProblemCode[] = ["body-too-large", "unsupported-media-type"];

/** One response per status: two codes that share one are both named in its description. */
function byStatus(codes: readonly ProblemCode[]): object {
	const refs = codes.map((code) => [problemKinds[code].status, { $ref: `#/components/responses/${code}` }] as const);
	return Object.fromEntries(refs.toReversed());
}

function problemResponse(code: ProblemCode): object {
	const { status, title } = problemKinds[code];
	const same = Object.entries(problemKinds).filter(([, kind]) => kind.status === status);
	const codes = same.map(([each]) => `\`${each}\``).join(" or ");
	return {
		description: `${title} (${codes}).`,
		content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
	};
}

export interface Parameter {
	readonly name: string;
	readonly in: "path" | "query";
	readonly required: boolean;
	readonly description?: string;
	readonly schema: JsonSchema;
}

export function parametersOf(place: Parameter["in"], schema: z.ZodObject): readonly Parameter[] {
	const { properties = {}, required = [] } = schemaOf(schema, "input") as {
		properties?: Readonly<Record<string, JsonSchema>>;
		required?: readonly string[];
	};
	return Object.entries(properties).map(([name, { description, ...rest }]) => ({
		name,
		in: place,
		required: place === "path" || required.includes(name),
		...(typeof description === "string" ? { description } : {}),
		schema: rest,
	}));
}

function requestBody(body: z.ZodObject, example: object | undefined): object {
	const schema = schemaOf(body, "input");
	return {
		required: Array.isArray(schema.required),
		content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
	};
}

function namedSchemas(): Readonly<Record<string, JsonSchema>> {
	return Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, schemaOf(schema, "output", name)]));
}

/** Returns JSON Schema 2020-12, which OpenAPI 3.1 takes; it refers to named schemas. `self`: this one is written out. */
export function schemaOf(schema: z.ZodType, io: "input" | "output", self: string | null = null): JsonSchema {
	const { $schema: _, ...plain } = z.toJSONSchema(schema, {
		io,
		target: "draft-2020-12",
		reused: "inline",
		override({ zodSchema, jsonSchema }) {
			const name = Object.entries(named).find(([, each]) => Object.is(each, zodSchema))?.[0];
			// Answers may get further fields one day; programs that read them must accept that.
			if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
			if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
			if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
			if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
			if (name === undefined || name === self) return;
			for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword as keyof typeof jsonSchema];
			jsonSchema.$ref = `#/components/schemas/${name}`;
		},
	});
	return plain;
}
