import { z } from "zod";
import { recordOf } from "#lib/catalog/inputs.ts";
import { findUnstorable } from "#lib/catalog/storable.ts";
import { type Condition, conditionOf } from "#lib/cql2/condition.ts";
import {
	about,
	Cql2Error,
	type Expression,
	expressionLimits,
	type Geometry,
	type Scalar,
} from "#lib/cql2/expression.ts";
import type { Box } from "#lib/cql2/intersects.ts";
import { itemProperty } from "#lib/cql2/item-property.ts";
import { requireGeometry } from "#lib/cql2/operands.ts";
import { parseCql2Json, parseGeoJson } from "#lib/cql2/parse-json.ts";
import { parseCql2Text } from "#lib/cql2/parse-text.ts";
import { UsageError } from "#lib/errors.ts";
import { limitOf, type TimeRange, timeRangeOf } from "#lib/stac/api/parameters.ts";
import { crs84 } from "#lib/stac/collection.ts";
import type { Fields } from "./fields.ts";
import { impliedBy } from "./implied.ts";
import { newestFirst, type SortKey } from "./item-order.ts";
import { isNumberField } from "./queryables.ts";

/** What a search asks for, as GET and POST say it. Nonsense is refused, never guessed. Pure. */

export interface SearchRequest {
	/** As the request names them; null: all. */
	readonly collections: readonly string[] | null;
	/** What they are called that the filter lets through; null: any. */
	readonly filteredCollections: readonly string[] | null;
	readonly ids: readonly string[] | null;
	readonly time: TimeRange | null;
	readonly condition: Condition | null;
	readonly boxes: readonly Box[] | null;
	readonly sort: readonly SortKey[];
	/** null: whole items. */
	readonly fields: Fields | null;
	readonly limit: number;
	readonly token: string | null;
	/** What was searched for, without limit, fields and token: the same text for the same search. */
	readonly signature: string;
}

const usualLimit = 10;
const mostNames = 1000;

const names = z.array(z.string().max(300)).max(mostNames);
const bodySchema = z.strictObject({
	// Some clients name one alone.
	collections: z
		.union([
			names,
			z
				.string()
				.max(300)
				.transform((name) => [name]),
		])
		.nullish(),
	ids: names.nullish(),
	bbox: z.array(z.number()).nullish(),
	intersects: z.unknown().optional(),
	datetime: z.string().max(200).nullish(),
	// rstac sends it as text.
	limit: z
		.union(
			[
				z.number(),
				z
					.string()
					.regex(/^\d{1,15}$/)
					.transform(Number),
			],
			"it must be a whole number from 1",
		)
		.nullish(),
	sortby: z
		.array(z.object({ field: z.string().max(200), direction: z.enum(["asc", "desc"]).default("asc") }))
		.max(10)
		.nullish(),
	fields: z
		.object({
			include: z.array(z.string().max(200)).max(200).nullish(),
			exclude: z.array(z.string().max(200)).max(200).nullish(),
		})
		.optional(),
	query: recordOf(z.string().max(200), recordOf(z.string().max(50), z.unknown())).nullish(),
	filter: z.unknown().optional(),
	"filter-lang": z.string().max(50).nullish(),
	"filter-crs": z.string().max(200).nullish(),
	token: z.string().max(6000).nullish(),
});
type Body = z.output<typeof bodySchema>;

/** @throws UsageError that names the member */
export function readSearchBody(body: unknown): SearchRequest {
	const parsed = bodySchema.safeParse(body ?? {});
	if (parsed.success) return readRequest(parsed.data, "cql2-json");
	const [issue] = parsed.error.issues;
	throw new UsageError(`${issue?.path.join(".") || "The body"}: ${issue?.message ?? "it is not valid"}.`);
}

export const searchParameters = [
	...["collections", "ids", "bbox", "intersects", "datetime", "limit", "sortby", "fields", "query"],
	...["filter", "filter-lang", "filter-crs", "token", "f"],
];

/** @param given the values by name, each once @throws UsageError that names the parameter */
export function readSearchParameters(given: Readonly<Record<string, string | undefined>>): SearchRequest {
	const { collections, ids, bbox, intersects, datetime, limit, sortby, fields, query, filter, token } = given;
	const list = (text: string | undefined) =>
		text === undefined ? undefined : text.split(",").filter((each) => each !== "");
	return readRequest(
		bodyOf({
			collections: list(collections),
			ids: list(ids),
			bbox: bbox === undefined || bbox === "" ? undefined : bbox.split(",").map(numberIn),
			intersects: intersects === undefined || intersects === "" ? undefined : jsonIn("intersects", intersects),
			datetime,
			limit: limit === undefined || limit === "" ? undefined : limitOf(limit, usualLimit),
			sortby: list(sortby)?.map((each) => {
				const [, sign = "", field = ""] = /^\s*([+-]?)(.*)$/.exec(each) ?? [];
				return { field, direction: sign === "-" ? ("desc" as const) : ("asc" as const) };
			}),
			fields: fields === undefined ? undefined : fieldsIn(fields),
			query: query === undefined || query === "" ? undefined : jsonIn("query", query),
			filter:
				filter === undefined || filter === ""
					? undefined
					: given["filter-lang"] === "cql2-json"
						? jsonIn("filter", filter)
						: filter,
			"filter-lang": given["filter-lang"],
			"filter-crs": given["filter-crs"],
			token,
		}),
		"cql2-text",
	);
}

function bodyOf(members: Readonly<Record<string, unknown>>): Body {
	const parsed = bodySchema.safeParse(members);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new UsageError(`${issue?.path.join(".") || "The query"}: ${issue?.message ?? "it is not valid"}.`);
}

/** The box of a parameter; null: there is none. @throws UsageError */
export function placeOfBbox(text: string | undefined): Geometry | null {
	if (text === undefined || text === "") return null;
	return about("bbox", () => requireGeometry({ bbox: text.split(",").map(numberIn) }));
}

/** A plus that was not encoded has become a space. */
function fieldsIn(text: string): { include: string[]; exclude: string[] } {
	const parts = text
		.split(",")
		.map((part) => part.trim().replace(/^\+/, ""))
		.filter((part) => part !== "");
	return {
		include: parts.filter((part) => !part.startsWith("-")),
		exclude: parts.filter((part) => part.startsWith("-")).map((part) => part.slice(1)),
	};
}

const numberIn = (text: string) =>
	/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;

function jsonIn(name: string, text: string): unknown {
	if (text.length > expressionLimits.characters * 4) throw new UsageError(`${name} is too long.`);
	try {
		return JSON.parse(text);
	} catch {
		throw new UsageError(`${name} is no JSON.`);
	}
}

function readRequest(body: Body, usualLanguage: "cql2-text" | "cql2-json"): SearchRequest {
	const unstorable = findUnstorable(body);
	if (unstorable !== null) throw new UsageError(`${unstorable.at.join(".").slice(0, 200)} holds ${unstorable.what}.`);
	const { bbox, intersects, datetime, limit, sortby, fields, query, filter, token } = body;
	if (bbox != null && intersects != null) throw new UsageError("Give either bbox or intersects, not both.");
	if ((body["filter-crs"] ?? crs84) !== crs84) throw new UsageError(`filter-crs can only be ${crs84}.`);
	const place: Geometry | null =
		bbox != null
			? about("bbox", () => requireGeometry({ bbox }))
			: intersects != null
				? about("intersects", () => parseGeoJson(intersects, "intersects"))
				: null;
	const expressions: Expression[] =
		place === null ? [] : [{ op: "s_intersects", args: [{ property: "geometry" }, place] }];
	for (const [name, operators] of Object.entries(query ?? {})) expressions.push(...queryExpressions(name, operators));
	if (filter != null)
		expressions.push(about("filter", () => parseFilter(filter, body["filter-lang"] ?? usualLanguage)));
	const condition =
		expressions.length === 0
			? null
			: about("filter", () => conditionOf({ op: "and", args: expressions }, itemProperty));
	if (limit != null && (!Number.isInteger(limit) || limit < 1))
		throw new UsageError(`limit must be a whole number from 1; it is ${limit}.`);
	const sort = (sortby ?? []).map(
		({ field, direction }): SortKey => ({ name: field.replace(/^properties\./, ""), descending: direction === "desc" }),
	);
	const implied = condition === null ? null : impliedBy(condition);
	const asked = body.ids == null || body.ids.length === 0 ? null : [...new Set(body.ids)];
	const { token: _, limit: __, fields: ___, ...searched } = body;
	return {
		collections: body.collections?.length ? [...new Set(body.collections)] : null,
		filteredCollections: implied?.collections ?? null,
		ids: implied?.ids == null ? asked : (asked?.filter((id) => implied.ids?.includes(id)) ?? [...new Set(implied.ids)]),
		time: timeRangeOf(datetime ?? undefined),
		condition,
		boxes: implied?.boxes ?? null,
		sort: sort.length === 0 ? newestFirst : sort,
		fields:
			fields === undefined
				? null
				: {
						// Not given, and given as nothing, are two things to the specification.
						include: fields.include === undefined ? null : (fields.include ?? []),
						exclude: fields.exclude ?? [],
					},
		limit: limitOf(limit == null ? undefined : String(limit), usualLimit),
		token: token ?? null,
		signature: signatureOf(searched),
	};
}

/** @throws UsageError: members that no parser looks at may be nested as deeply as anybody likes */
function signatureOf(searched: object): string {
	const given = Object.entries(searched).filter(([, value]) => value != null);
	try {
		return JSON.stringify(given.sort());
	} catch (error) {
		if (error instanceof RangeError) throw new UsageError("The search is nested too deeply.");
		throw error;
	}
}

function parseFilter(filter: unknown, language: string): Expression {
	if (language !== "cql2-text" && language !== "cql2-json")
		throw new Cql2Error("filter-lang is cql2-text or cql2-json.");
	if (language === "cql2-json") return parseCql2Json(filter);
	if (typeof filter !== "string") throw new Cql2Error("it is no text: give CQL2 text, or filter-lang=cql2-json.");
	return parseCql2Text(filter);
}

const comparisons = { eq: "=", neq: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** The query extension: `{"eo:cloud_cover": {"lt": 10}}`. */
function queryExpressions(name: string, operators: Readonly<Record<string, unknown>>): readonly Expression[] {
	const property = { property: name };
	const escaped = (value: unknown) => String(value).replace(/[\\%_]/g, "\\$&");
	const isNumber = isNumberField(name.replace(/^properties\./, ""));
	return Object.entries(operators).map(([operator, value]): Expression => {
		const scalar = (each: unknown): Scalar => {
			if (typeof each === "string" || typeof each === "number" || typeof each === "boolean") return each;
			throw new UsageError(`query.${name}.${operator} must be a text, a number, true or false.`);
		};
		// What clients take from a command line (`eo:cloud_cover<10`) they send as text.
		const compared = (each: unknown): Scalar =>
			isNumber && typeof each === "string" && Number.isFinite(numberIn(each)) ? numberIn(each) : scalar(each);
		if (Object.hasOwn(comparisons, operator))
			return { op: comparisons[operator as keyof typeof comparisons], args: [property, compared(value)] };
		if (operator === "in" && Array.isArray(value) && value.length > 0 && value.length <= mostNames)
			return { op: "in", args: [property, value.map(compared)] };
		if (operator === "startsWith") return { op: "like", args: [property, `${escaped(scalar(value))}%`] };
		if (operator === "endsWith") return { op: "like", args: [property, `%${escaped(scalar(value))}`] };
		if (operator === "contains") return { op: "like", args: [property, `%${escaped(scalar(value))}%`] };
		throw new UsageError(
			`query.${name}: ${operator} is none of eq, neq, lt, lte, gt, gte, in, startsWith, endsWith, contains.`,
		);
	});
}
