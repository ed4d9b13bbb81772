import type { Sql } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { Step } from "#lib/targets/push/push-plan.ts";
import type { WantedCoverage } from "./mapping.ts";
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
	const pending = await pendingPks(sql, target, [...taken.values()]);
	const later: number[] = [];
	const mine = new Set<string>();
	const judged = steps.map((step, index): Step => {
		if (step.do !== "create" && step.do !== "update") return step;
		const { object, datasetId } = step.wanted;
		const name = step.do === "create" ? object.identifier : step.identifier;
		const holder = name === null ? undefined : taken.get(name);
		if (name !== null && (mine.has(name) || (holder !== undefined && holder !== step.pk && !freed.has(holder)))) {
			if (datasetId !== null && holder !== undefined && pending.has(holder)) later.push(datasetId);
			return refused(step, `Its identifier ${name} is another object's there.`);
		}
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

/** Of the names that are wanted those that are there, with the number of what has them. */
async function takenNames(eox: Sql, steps: readonly Step[]): Promise<ReadonlyMap<string, number>> {
	const names = steps.flatMap((step) =>
		step.do === "create" ? [step.wanted.object.identifier] : step.do === "update" ? (step.identifier ?? []) : [],
	);
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
