import type { Database } from "#lib/catalog/database/database.ts";
import { anything, type Kind } from "./declared.ts";
import type { RecordedStatement } from "./recorded-driver.ts";

/** A statement's rows as PostgreSQL describes them, on the real tables. */

export interface DescribedColumn {
	readonly name: string;
	/** PostgreSQL's name of the type. */
	readonly type: string;
	/** The driver's type for it; null: not known here. */
	readonly kind: Kind | null;
	/** The values of an enumeration. */
	readonly labels: readonly string[] | null;
	/** Why it may be null; null: nothing says so. */
	readonly nullBecause: string | null;
}

interface TypeRow {
	readonly oid: number;
	readonly name: string;
	readonly category: string;
	readonly element: number;
	readonly labels: readonly string[] | null;
}

const kindByType: Readonly<Record<string, Kind>> = {
	int2: "number",
	int4: "number",
	int8: "number",
	oid: "number",
	float4: "number",
	float8: "number",
	bool: "boolean",
	// As `openDatabase` has it.
	timestamptz: "string",
	timestamp: "date",
	date: "date",
	json: anything,
	jsonb: anything,
};
/** Numbers of any length come as text, and so does what the driver has no parser for. */
const textCategories = new Set(["S", "N", "E", "U", "T", "I", "P", "Z"]);

/** Types that a database brings itself have lower numbers. */
const firstOwnType = 16_384;

export class StatementDescriber {
	readonly #sql: Database["sql"];
	readonly #types: Promise<ReadonlyMap<number, TypeRow>>;
	/** Whether the server can plan a statement without values for its parameters: since PostgreSQL 16. */
	readonly #plans: Promise<boolean>;
	/** Names of the columns that may be null, by the table's number and the column's. */
	readonly #nullable: Promise<ReadonlyMap<string, string>>;

	constructor({ sql }: Pick<Database, "sql">) {
		this.#sql = sql;
		this.#types = sql<TypeRow[]>`
			select t.oid, t.typname::text as name, t.typcategory::text as category, t.typelem as element,
				(select array_agg(e.enumlabel::text) from pg_enum e where e.enumtypid = t.oid) as labels from pg_type t`.then(
			(rows) => new Map(rows.map((row) => [row.oid, row])),
		);
		this.#plans = sql<{ plans: boolean }[]>`select current_setting('server_version_num')::int >= 160000 as plans`.then(
			([row]) => row?.plans === true,
		);
		this.#nullable = sql<{ key: string; name: string }[]>`
			select attrelid::text || '.' || attnum as key, attname::text as name from pg_attribute where attnum > 0 and not attnotnull`.then(
			(rows) => new Map(rows.map(({ key, name }) => [key, name])),
		);
	}

	/** null: it cannot be described, as a FETCH. @throws what PostgreSQL says against it. */
	async describe({
		text,
		types,
		nulls,
	}: Pick<RecordedStatement, "text" | "types" | "nulls">): Promise<readonly DescribedColumn[] | null> {
		if (!/^\s*(select|insert|update|delete|with|values)\b/i.test(text)) return null;
		const sql = this.#sql;
		// Types of the catalogue's own have another number in each database: PostgreSQL finds out what they are.
		const parameters = types.map((type) => sql.typed(null as unknown as string, type < firstOwnType ? type : 0));
		const { columns } = await sql.unsafe(text, parameters).describe();
		const [known, nullable] = await Promise.all([this.#types, this.#nullable]);
		const reasons = await this.#reasonsInPlan(text);
		return columns.map(({ name, type, table, number }, index) => {
			const row = known.get(type);
			const column = nullable.get(`${table}.${number}`);
			const because = nulls.includes(name)
				? "it was null in a test"
				: (reasons[index] ?? (column !== undefined && !isShownNotNull(text, column) ? "its column may be null" : null));
			return {
				name,
				type: row?.name ?? String(type),
				kind: row === undefined ? null : kindOf(row, known),
				labels: row?.labels ?? null,
				nullBecause: because,
			};
		});
	}

	/** Of each column, why it may be null as far as the plan says; null: the plan does not say so. */
	async #reasonsInPlan(text: string): Promise<readonly (string | null)[]> {
		if (!(await this.#plans)) return [];
		const [row] = await this.#sql.unsafe<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }[]>(
			`explain (verbose, generic_plan, format json) ${text}`,
		);
		const plan = row?.["QUERY PLAN"][0]?.Plan;
		return plan?.Output?.map(nullReasonIn(plan)) ?? [];
	}
}

interface PlanNode {
	readonly "Node Type": string;
	readonly Strategy?: string;
	readonly "Join Type"?: string;
	readonly "Parent Relationship"?: string;
	readonly "Subplan Name"?: string;
	readonly Alias?: string;
	readonly Output?: readonly string[];
	readonly Plans?: readonly PlanNode[];
}

/** Aggregates that are null of no rows. */
const emptyAggregate = /^(min|max|sum|avg|bool_and|bool_or|\w+_agg)\(/;

function nullReasonIn(plan: PlanNode): (output: string) => string | null {
	const outer = aliasesWithoutRow(plan);
	const isOneGroup = aggregateOf(plan)?.Strategy === "Plain";
	return (output) => {
		if (outer.has(aliasOf(output))) return "it comes from the other side of an outer join";
		const expression = output.replace(/^\((.*)\)$/, "$1");
		if (isOneGroup && emptyAggregate.test(expression)) return "it is an aggregate, perhaps of no rows";
		const subplan = /^(?:SubPlan|InitPlan) \d+$/.exec(expression.replace(/\)?\.col1$/, "").replace(/^\(/, ""))?.[0];
		return subplan !== undefined && mayHaveNoRow(planNamed(plan, subplan))
			? "it is a subquery, perhaps of no rows"
			: null;
	};
}

/** The aggregation whose rows the plan only orders or counts off. */
function aggregateOf(plan: PlanNode): PlanNode | null {
	if (plan["Node Type"] === "Aggregate") return plan;
	const own = (plan.Plans ?? []).filter((child) => child["Parent Relationship"] === "Outer");
	const [only] = own;
	return only !== undefined && ["Sort", "Limit"].includes(plan["Node Type"]) ? aggregateOf(only) : null;
}

function planNamed(plan: PlanNode, name: string): PlanNode | null {
	if (plan["Subplan Name"] === name) return plan;
	for (const child of plan.Plans ?? []) {
		const found = planNamed(child, name);
		if (found !== null) return found;
	}
	return null;
}

/** Whether a subquery may have no row, or null in its only one: then it is null. */
function mayHaveNoRow(plan: PlanNode | null): boolean {
	// Of EXISTS the plan selects nothing.
	if (plan === null || !plan.Output?.length) return false;
	const aggregate = aggregateOf(plan);
	if (aggregate?.Strategy !== "Plain") return true;
	return plan.Output.some((output) => emptyAggregate.test(output));
}

function aliasesWithoutRow(node: PlanNode): ReadonlySet<string> {
	const side = (name: string) => node.Plans?.find((plan) => plan["Parent Relationship"] === name);
	const [first, second] = [side("Outer"), side("Inner")];
	const sides = { Left: [second], Right: [first], Full: [first, second] }[node["Join Type"] ?? ""] ?? [];
	return new Set([
		...sides.flatMap((plan) => (plan === undefined ? [] : aliasesOf(plan))),
		...(node.Plans ?? []).flatMap((plan) => [...aliasesWithoutRow(plan)]),
	]);
}

function aliasesOf({ Alias, Plans = [] }: PlanNode): readonly string[] {
	return [...(Alias === undefined ? [] : [Alias]), ...Plans.flatMap(aliasesOf)];
}

/** `c` of `c.eo_id`; "" of anything that is calculated. */
function aliasOf(column: string): string {
	return /^(\w+)\.(?:\w+|"[^"]+")$/.exec(column)?.[1] ?? "";
}

function kindOf({ name, category, element }: TypeRow, known: ReadonlyMap<number, TypeRow>): Kind | null {
	const own = kindByType[name];
	if (own !== undefined) return own;
	if (category === "A") {
		const row = known.get(element);
		const kind = row === undefined ? null : kindOf(row, known);
		return kind === null ? null : `${kind} array`;
	}
	return textCategories.has(category) ? "string" : null;
}

/** Whether a condition on the column leaves out the rows in which it is null. */
function isShownNotNull(text: string, column: string): boolean {
	return new RegExp(`\\b${column} (is not null|= any\\(|= \\$|~ '|like ')`).test(text);
}
