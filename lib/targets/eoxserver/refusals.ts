import type { Sql } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { Step } from "#lib/targets/push/push-plan.ts";
import type { WantedCoverage } from "./mapping.ts";
import { ownProductName, productName } from "./products.ts";
import { geometryOf } from "./well-known-binary.ts";
import { fieldCounts } from "./write-range-types.ts";

/** What only the target's database can tell: names that are taken, range types with another number of fields, footprints that cross themselves. */

interface Asked {
	/** Our catalogue's. */
	readonly sql: Sql;
	readonly eox: Sql;
	readonly target: number;
	readonly steps: readonly Step[];
	/** Steps that come before these in the same transaction. */
	readonly before?: readonly Step[];
}

interface Answer {
	/** What cannot be written is a conflict, and says why. */
	readonly steps: readonly Step[];
	/** Datasets whose name another object of ours has, which is to get another one. */
	readonly later: readonly number[];
}

export async function refusals({ sql, eox, target, steps, before = [] }: Asked): Promise<Answer> {
	const writing = steps.filter((step) => step.do === "create" || step.do === "update");
	if (writing.length === 0) return { steps, later: [] };
	const [taken, counts, crossing] = [
		await takenNames(eox, writing),
		await countsOf(eox, writing),
		await crossingFootprints(eox, steps),
	];
	const freed = namesFreed([...before, ...steps]);
	const coverageOf = await coveragesOfProducts(eox, [...taken.values()]);
	const pending = await pendingPks(sql, target, [...taken.values(), ...coverageOf.values()]);
	const wantedNames = new Set(writing.flatMap((step) => nameOf(step) ?? []));
	const others = await productsOfOthers(eox, writing);
	const later: number[] = [];
	const mine = new Set<string>();
	const judged = steps.map((step, index): Step => {
		if (step.do !== "create" && step.do !== "update") return step;
		const { datasetId } = step.wanted;
		/** Who else has the name after this transaction; null: nobody. A product goes with its coverage. */
		const otherThatHas = (given: string): number | null => {
			const holder = taken.get(given);
			if (holder === undefined || freed.has(holder)) return null;
			const holders = [holder, coverageOf.get(holder) ?? holder];
			return holders.some((pk) => pk === step.pk || freed.has(pk))
				? null
				: (holders.find((pk) => pending.has(pk)) ?? holder);
		};
		const name = nameOf(step);
		const product = productNameOf(step);
		const clashes = [
			...(name === null
				? []
				: [
						{
							other: otherThatHas(name),
							isMine: mine.has(name),
							message: `Its identifier ${name} is another object's there.`,
						},
					]),
			...(product === null
				? []
				: [
						{
							other: otherThatHas(product),
							isMine: wantedNames.has(product),
							message: `Its product would be called ${product}, and that is another object's identifier.`,
						},
					]),
		];
		const clash = clashes.find(({ other, isMine }) => other !== null || isMine);
		if (clash !== undefined) {
			if (datasetId !== null && clash.other !== null && pending.has(clash.other)) later.push(datasetId);
			return refused(step, clash.message);
		}
		const of = product === null ? undefined : others.get(step.pk ?? -1);
		if (of !== undefined) return refused(step, `It belongs to the product ${of} there, which is not eosync's.`);
		const problem =
			fieldsProblem(step.wanted as WantedCoverage, counts) ??
			(crossing.has(index) ? "Its footprint crosses itself, which PostGIS does not take as an area." : null);
		if (problem !== null) return refused(step, problem);
		if (name !== null) mine.add(name);
		return step;
	});
	return { steps: judged, later };
}

export function refused(step: Extract<Step, { do: "create" | "update" }>, message: string): Step {
	return {
		do: "keep",
		wanted: step.wanted,
		owned: step.owned,
		class: "conflict",
		message,
		left: step.do === "update" ? step.left : [],
		there: null,
	};
}

type WritingStep = Extract<Step, { do: "create" | "update" }>;

/** The name that it is to get; null: it keeps its own. */
function nameOf(step: WritingStep): string | null {
	return step.do === "create" ? step.wanted.object.identifier : step.identifier;
}

/** The name that its product is to get, or has and is written to; null: nothing is written of a product. */
function productNameOf(step: WritingStep): string | null {
	const { kind, properties } = step.wanted.object;
	if (kind !== "coverage" || Object.keys(properties).length === 0) return null;
	const name = nameOf(step);
	if (name !== null) return productName(name);
	const isWritten = step.do === "update" && step.fields.some(({ field }) => field === "properties");
	return isWritten ? productName(step.owned.identifier) : null;
}

/** Of these objects those that are products, with a coverage of each. */
async function coveragesOfProducts(eox: Sql, pks: readonly number[]): Promise<ReadonlyMap<number, number>> {
	if (pks.length === 0) return new Map();
	const rows = await eox<{ product: number; coverage: number }[]>`
		select parent_product_id as product, eoobject_ptr_id as coverage from coverages_coverage where parent_product_id = any(${[...pks]}::bigint[])`;
	return new Map(rows.map(({ product, coverage }) => [product, coverage]));
}

/** Of coverages of which properties are written those that have a product that eosync did not make, and what it is called. */
async function productsOfOthers(eox: Sql, steps: readonly WritingStep[]): Promise<ReadonlyMap<number, string>> {
	const pks = steps.flatMap((step) => (step.do === "update" && productNameOf(step) !== null ? [step.pk] : []));
	if (pks.length === 0) return new Map();
	const rows = await eox<{ pk: number; product: string }[]>`
		select o.id as pk, p.identifier as product from coverages_coverage c join coverages_eoobject o on o.id = c.eoobject_ptr_id
			join coverages_eoobject p on p.id = c.parent_product_id
		where o.id = any(${pks}::bigint[]) and p.identifier <> ${ownProductName(eox)}`;
	return new Map(rows.map(({ pk, product }) => [pk, product]));
}

/** Of the names that are wanted those that are there, with the number of what has them. */
async function takenNames(eox: Sql, steps: readonly WritingStep[]): Promise<ReadonlyMap<string, number>> {
	const names = steps.flatMap((step) => [nameOf(step) ?? [], productNameOf(step) ?? []].flat());
	if (names.length === 0) return new Map();
	const rows = await eox<{ pk: number; identifier: string }[]>`
		select id as pk, identifier from coverages_eoobject where identifier = any(${names})`;
	return new Map(rows.map(({ pk, identifier }) => [identifier, pk]));
}

/** Numbers of objects that give their name up in the same transaction. */
function namesFreed(steps: readonly Step[]): ReadonlySet<number> {
	return new Set(
		steps.flatMap((step) =>
			step.do === "remove" || (step.do === "update" && step.identifier !== null) ? [step.pk] : [],
		),
	);
}

/** Of these numbers those that are ours, not adopted, and still to be compared: they may get another name. */
async function pendingPks(sql: Sql, target: number, pks: readonly number[]): Promise<ReadonlySet<number>> {
	if (pks.length === 0) return new Set();
	const rows = await sql<{ pk: number }[]>`
		select o.target_pk as pk from target_objects o where o.target_id = ${target} and o.target_pk = any(${[...pks]}::bigint[]) and not o.adopted
			and (select count(*) from target_notes n where n.target_id = ${target} and n.held_push is null and o.dataset_id = any(n.datasets)) > 0 and o.target_pk is not null`;
	return new Set(rows.map(({ pk }) => pk));
}

function countsOf(eox: Sql, steps: readonly Step[]): Promise<ReadonlyMap<string, number>> {
	const names = steps.flatMap((step) =>
		step.do === "create" || step.do === "update" ? (step.wanted.object.coverageType ?? []) : [],
	);
	return fieldCounts(eox, [...new Set(names)]);
}

function fieldsProblem({ object, fields }: WantedCoverage, counts: ReadonlyMap<string, number>): string | null {
	const { coverageType } = object;
	const there = coverageType === null ? undefined : counts.get(coverageType);
	if (there === undefined || fields === null || there === fields.bands.length) return null;
	return `The range type ${coverageType} has ${there} fields there, and it has ${fields.bands.length} bands: name another one for it in rangeTypes of the target.`;
}

/** Places among the steps. */
async function crossingFootprints(eox: Sql, steps: readonly Step[]): Promise<ReadonlySet<number>> {
	const footprints = steps.flatMap((step, index) => {
		if (step.do !== "create" && (step.do !== "update" || !step.fields.some(({ field }) => field === "footprint")))
			return [];
		const { footprint } = step.wanted.object;
		return footprint === null ? [] : [{ index, footprint: geometryOf(footprint) }];
	});
	if (footprints.length === 0) return new Set();
	const rows = await eox<{ index: number }[]>`
		select index from jsonb_to_recordset(${json(eox, footprints)}) as f(index int, footprint text) where not st_isvalid(footprint::geometry)`;
	return new Set(rows.map(({ index }) => index));
}
