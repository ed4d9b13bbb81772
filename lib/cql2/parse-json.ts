import { formatPlural } from "#lib/numbers.ts";
import {
	Budget,
	Cql2Error,
	comparisons,
	type Expression,
	type Geometry,
	type GeometryOperand,
	type InstantLiteral,
	type IntervalEnd,
	type Scalar,
	type TemporalOperand,
	temporalFunctions,
} from "./expression.ts";
import { requireDate, requireIntervalEnd, requireTimestamp } from "./instants.ts";
import { requireGeometry, requireLikePattern } from "./operands.ts";

/** Reads CQL2 JSON as `JSON.parse` gives it. @throws Cql2Error with the place, `filter.args[0]`, and what was expected */
export function parseCql2Json(value: unknown): Expression {
	return new JsonReader().expression(value, "filter", 0);
}

/** Reads a geometry of GeoJSON from outside. @throws Cql2Error @param at what it is called in the message */
export function parseGeoJson(value: unknown, at: string): Geometry {
	return new JsonReader().geometry(value, at, 0);
}

type Members = Readonly<Record<string, unknown>>;

class JsonReader {
	private readonly budget = new Budget();

	expression(value: unknown, at: string, depth: number): Expression {
		this.enter(depth);
		if (typeof value === "boolean") return value;
		const { op, args: given } = this.members(value, at, "an object with op and args, true or false");
		if (typeof op !== "string" || !Array.isArray(given)) throw expected(at, "an object with op and args");
		const args: readonly unknown[] = given;
		const within = (index: number) => `${at}.args[${index}]`;
		const scalar = (index: number) => this.scalar(args[index], within(index), depth + 1);
		const count = (wanted: number) => {
			if (args.length !== wanted) throw expected(`${at}.args`, `${formatPlural(wanted, "operand")} of ${op}`);
		};
		const comparison = comparisons.find((name) => name === op);
		if (comparison !== undefined) {
			count(2);
			return { op: comparison, args: [scalar(0), scalar(1)] };
		}
		const temporal = temporalFunctions.find((name) => name === op);
		if (temporal !== undefined) {
			count(2);
			return { op: temporal, args: [this.temporal(args[0], within(0)), this.temporal(args[1], within(1))] };
		}
		switch (op) {
			case "and":
			case "or":
				if (args.length < 1) throw expected(`${at}.args`, `operands of ${op}`);
				return { op, args: args.map((each, index) => this.expression(each, within(index), depth + 1)) };
			case "not":
				count(1);
				return { op, args: [this.expression(args[0], within(0), depth + 1)] };
			case "isNull":
				count(1);
				return { op, args: [scalar(0)] };
			case "like": {
				count(2);
				const pattern = scalar(1);
				refusedAt(within(1), () => requireLikePattern(pattern));
				return { op, args: [scalar(0), pattern] };
			}
			case "between": {
				// Drafts of the standard, and clients that were made after them, have the limits in a list.
				const [value, limits] = args;
				if (args.length === 2 && Array.isArray(limits) && limits.length === 2)
					return this.expression({ op, args: [value, ...limits] }, at, depth);
				count(3);
				return { op, args: [scalar(0), scalar(1), scalar(2)] };
			}
			case "in": {
				count(2);
				const [, list] = args;
				if (!Array.isArray(list) || list.length === 0) throw expected(within(1), "a list of values");
				const values = list.map((each, index) => this.scalar(each, `${within(1)}[${index}]`, depth + 1));
				return { op, args: [scalar(0), values] };
			}
			case "s_intersects":
				count(2);
				return {
					op,
					args: [
						this.geometryOperand(args[0], within(0), depth + 1),
						this.geometryOperand(args[1], within(1), depth + 1),
					],
				};
			default:
				throw expected(
					`${at}.op`,
					"and, or, not, =, <>, <, >, <=, >=, like, between, in, isNull, s_intersects or a temporal function such as t_during",
				);
		}
	}

	geometry(value: unknown, at: string, depth: number): Geometry {
		this.enter(depth);
		const { type, coordinates, geometries, bbox } = this.members(value, at, "a geometry of GeoJSON");
		if (type === "GeometryCollection") {
			const parts = this.list(geometries, `${at}.geometries`, (part, place) => this.geometry(part, place, depth + 1));
			return refusedAt(at, () => requireGeometry({ type, geometries: parts }));
		}
		// Not a GeoJSON geometry's own `bbox`.
		if (type === undefined && bbox !== undefined)
			return refusedAt(at, () => requireGeometry({ bbox: this.list(bbox, `${at}.bbox`, number) }));
		const place = `${at}.coordinates`;
		const position = (each: unknown, where: string) => {
			this.budget.position();
			return this.list(each, where, number);
		};
		const line = (each: unknown, where: string) => this.list(each, where, position);
		const polygon = (each: unknown, where: string) => this.list(each, where, line);
		const geometry = (): Geometry => {
			switch (type) {
				case "Point":
					return { type, coordinates: position(coordinates, place) };
				case "MultiPoint":
				case "LineString":
					return { type, coordinates: line(coordinates, place) };
				case "MultiLineString":
				case "Polygon":
					return { type, coordinates: polygon(coordinates, place) };
				case "MultiPolygon":
					return { type, coordinates: this.list(coordinates, place, polygon) };
				default:
					throw expected(`${at}.type`, "the type of a geometry such as Polygon");
			}
		};
		const parsed = geometry();
		return refusedAt(at, () => requireGeometry(parsed));
	}

	private scalar(value: unknown, at: string, depth: number): Scalar {
		this.enter(depth);
		if (typeof value === "string" || typeof value === "boolean") return value;
		if (typeof value === "number") return number(value, at);
		const members = this.members(value, at, "a text, a number, a property, a date or a timestamp");
		const { op, args } = members;
		if (op === "casei" || op === "accenti") {
			if (!Array.isArray(args) || args.length !== 1) throw expected(`${at}.args`, `1 operand of ${op}`);
			return { op, args: [this.scalar(args[0], `${at}.args[0]`, depth + 1)] };
		}
		const literal = propertyOf(members, at) ?? instantLiteral(members, at);
		if (literal === null) throw expected(at, "a text, a number, a property, a date or a timestamp");
		return literal;
	}

	private temporal(value: unknown, at: string): TemporalOperand {
		this.budget.node();
		const members = this.members(value, at, "a property, a date, a timestamp or an interval");
		if (Array.isArray(members.interval)) {
			const [first, second, ...more] = members.interval;
			if (second === undefined || more.length > 0) throw expected(`${at}.interval`, "its two ends");
			return {
				interval: [this.end(first, `${at}.interval[0]`), this.end(second, `${at}.interval[1]`)],
			};
		}
		const literal = propertyOf(members, at) ?? instantLiteral(members, at);
		if (literal === null) throw expected(at, "a property, a date, a timestamp or an interval");
		return literal;
	}

	private end(value: unknown, at: string): IntervalEnd {
		if (typeof value === "string") return refusedAt(at, () => requireIntervalEnd(value));
		const members = this.members(value, at, 'a time, ".." or a property');
		const literal = propertyOf(members, at) ?? instantLiteral(members, at);
		if (literal === null) throw expected(at, 'a time, ".." or a property');
		if ("property" in literal) return literal;
		return "date" in literal ? literal.date : literal.timestamp;
	}

	private geometryOperand(value: unknown, at: string, depth: number): GeometryOperand {
		const property = propertyOf(this.members(value, at, "a property or a geometry of GeoJSON"), at);
		return property ?? this.geometry(value, at, depth);
	}

	private list<T>(value: unknown, at: string, part: (each: unknown, at: string) => T): readonly T[] {
		if (!Array.isArray(value)) throw expected(at, "a list");
		return value.map((each, index) => part(each, `${at}[${index}]`));
	}

	private members(value: unknown, at: string, what: string): Members {
		if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected(at, what);
		return { ...value };
	}

	private enter(depth: number): void {
		this.budget.node();
		this.budget.depth(depth);
	}
}

function propertyOf({ property }: Members, at: string): { readonly property: string } | null {
	if (property === undefined) return null;
	if (typeof property !== "string" || property === "" || property.length > 200 || property.includes('"'))
		throw expected(`${at}.property`, "the name of a property");
	return { property };
}

function instantLiteral({ date, timestamp }: Members, at: string): InstantLiteral | null {
	if (typeof date === "string") return { date: refusedAt(`${at}.date`, () => requireDate(date)) };
	if (typeof timestamp === "string")
		return { timestamp: refusedAt(`${at}.timestamp`, () => requireTimestamp(timestamp)) };
	return null;
}

function number(value: unknown, at: string): number {
	if (typeof value !== "number" || !Number.isFinite(value)) throw expected(at, "a number");
	return value;
}

function expected(at: string, what: string): Cql2Error {
	return new Cql2Error(`${at.slice(0, 200)}: expected ${what}.`);
}

function refusedAt<T>(at: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof Cql2Error)) throw error;
		throw new Cql2Error(`${at.slice(0, 200)}: ${error.message}`);
	}
}
