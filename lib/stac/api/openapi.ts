import { lookupTable } from "#lib/lookup-table.ts";
import { type StacOperation, stacOperations } from "./operations.ts";
import { problemStatus, type StacProblemCode } from "./stac-problem.ts";

/** The STAC API as OpenAPI 3.1, made of the table of operations. */

const texts = { type: "array", items: { type: "string" } };

const parameterSchemas = lookupTable<{ readonly description: string; readonly schema: object }>({
	limit: {
		description: "How many at most; more than 1,000 is 1,000.",
		schema: { type: "integer", minimum: 1, maximum: 1000, default: 10 },
	},
	token: { description: "The place in a list, from its link `next`.", schema: { type: "string" } },
	bbox: {
		description:
			"west,south,east,north in degrees of WGS 84, west greater than east over the antimeridian; or six numbers with heights.",
		schema: { type: "array", items: { type: "number" }, minItems: 4, maxItems: 6 },
	},
	datetime: {
		description: "An instant (RFC 3339), or two with a slash between; `..` is open.",
		schema: { type: "string", examples: ["2024-05-01T00:00:00Z/.."] },
	},
	since: {
		description:
			"The `cursor` of an earlier answer, an instant (RFC 3339), or `now`; left out, all items as they are come first.",
		schema: { type: "string" },
	},
	wait: {
		description: "Seconds to wait for a change where there is none, 60 at most.",
		schema: { type: "integer", minimum: 0, maximum: 60, default: 0 },
	},
	items: {
		description: "Whether each change brings its item's document as it is now.",
		schema: { type: "boolean", default: false },
	},
	collections: { description: "IDs of collections, with commas between them.", schema: texts },
	ids: { description: "IDs of items, with commas between them.", schema: texts },
	intersects: { description: "A geometry of GeoJSON; edges and corners count.", schema: { type: "string" } },
	q: { description: "Words of the ID or title, with commas between them: one of them.", schema: texts },
	sortby: { description: "Fields, with commas between them; - before one: descending.", schema: texts },
	fields: { description: "Fields that are wanted besides the usual ones; - before one: without it.", schema: texts },
	query: { description: 'Conditions as JSON: `{"eo:cloud_cover": {"lt": 10}}`.', schema: { type: "string" } },
	filter: {
		description: "A filter in CQL2.",
		schema: { type: "string", examples: ["eo:cloud_cover < 10 AND platform = 'sentinel-2a'"] },
	},
	"filter-lang": {
		description: "How the filter is written.",
		schema: { type: "string", enum: ["cql2-text", "cql2-json"], default: "cql2-text" },
	},
	"filter-crs": {
		description: "Of the filter's geometries; there is one.",
		schema: { type: "string", enum: ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"] },
	},
});

/** What each call may be refused for. */
const refusals: readonly StacProblemCode[] = [
	"BadRequest",
	"Unauthorized",
	"NotFound",
	"NotAcceptable",
	"TooManyRequests",
	"Unavailable",
];

export function stacOpenApi({ root, version }: { readonly root: string; readonly version: string }): object {
	const paths: Record<string, Record<string, object>> = {};
	for (const operation of stacOperations) {
		const path = operation.path.replace("*}", "}") || "/";
		paths[path] = { ...paths[path], [operation.method.toLowerCase()]: callOf(operation) };
	}
	return {
		openapi: "3.1.0",
		info: {
			title: "eosync: STAC API",
			version,
			description:
				"Published containers as collections, their datasets as items. What is not public takes an API token.",
		},
		servers: [{ url: root }],
		security: [{}, { token: [] }],
		paths,
		components: {
			// QGIS looks here for the limit of a page.
			parameters: Object.fromEntries(Object.keys(parameterSchemas).map((name) => [name, parameterOf(name)])),
			schemas: {
				Problem: {
					type: "object",
					required: ["code", "description"],
					properties: { code: { type: "string" }, description: { type: "string" } },
				},
			},
			responses: Object.fromEntries(
				refusals.map((code) => [
					code,
					{
						description: code,
						content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
					},
				]),
			),
			securitySchemes: { token: { type: "http", scheme: "bearer", description: "An API token, `eos_…`." } },
		},
	};
}

const listNames = ["bbox", "collections", "ids", "sortby", "fields", "q"];

function parameterOf(name: string): object {
	// Lists are written with commas.
	const style = listNames.includes(name) ? { style: "form", explode: false } : {};
	return { name, in: "query", required: false, ...style, ...parameterSchemas[name] };
}

function callOf({ id, method, summary, path, query, type }: StacOperation): object {
	const inPath = [...path.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => {
		return { name, in: "path", required: true, schema: { type: "string" } };
	});
	const inQuery = query.map((name) => ({ $ref: `#/components/parameters/${name}` }));
	return {
		operationId: id,
		summary,
		parameters: [...inPath, ...inQuery],
		...(method === "POST"
			? { requestBody: { content: { "application/json": { schema: { type: "object" } } }, required: true } }
			: {}),
		responses: {
			200: { description: summary, content: { [type]: { schema: type.endsWith("json") ? { type: "object" } : {} } } },
			304: { description: "It is as the client has it." },
			...Object.fromEntries(refusals.map((code) => [problemStatus[code], { $ref: `#/components/responses/${code}` }])),
		},
	};
}
