import { holderOf } from "#lib/catalog/containers/former-ids.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import type { ReshapedPlan } from "#lib/catalog/json-columns.ts";
import { UsageError } from "#lib/errors.ts";
import {
	type Asker,
	beforeOf,
	datasetsOf,
	finishReshapingPlan,
	insertReshapingRun,
	loadSeries,
	type PlannedChange,
	type ReshapedContainer,
	writeChanges,
} from "./plan-reshaping.ts";

/** Merging dataset series: one of them takes the sources and datasets of the others over, or is renamed and then does. */

export interface MergeInput {
	/** EO IDs, in the order of their sources. */
	readonly ids: readonly string[];
	/** The EO ID of what they become: that of one of them, or a free one. */
	readonly into: string;
	readonly title?: string | undefined;
}

export interface MergePreview {
	/** EO ID. */
	readonly into: string;
	readonly title: string;
	readonly datasets: number;
	/** Datasets that several of them have. */
	readonly shared: number;
	readonly containers: readonly { readonly id: string; readonly datasets: number }[];
	/** The settings that are those of the first, and differ: `schedule`, `guard`, … */
	readonly settings: readonly string[];
}

/** What a merge would do; nothing is written. @throws UsageError with the reason when it cannot be. */
export async function previewMerge({ sql }: Pick<Database, "sql">, input: MergeInput): Promise<MergePreview> {
	return sql.begin(async (tx) => {
		const { target, all, plan } = await prepare(tx, input);
		const keys = all.map(({ id }) => id);
		const counts = await tx<{ id: number; datasets: number }[]>`
			select container_id as id, count(*) as datasets from container_datasets where container_id = any(${keys}) group by 1`;
		const datasets = await countAll(tx, keys);
		const containers = all.map(({ id, eoId: name }) => ({
			id: name,
			datasets: counts.find((count) => count.id === id)?.datasets ?? 0,
		}));
		const shared = containers.reduce((sum, each) => sum + each.datasets, 0) - datasets;
		return {
			into: input.into,
			title: plan.title,
			datasets,
			shared,
			containers,
			settings: await differing(tx, target.id, keys),
		};
	});
}

/** Plans the merge, as a run of the container that stays, which waits to be applied. Returns the run. @throws UsageError */
export async function planMerge({ sql }: Pick<Database, "sql">, input: MergeInput, asker: Asker): Promise<number> {
	return sql.begin(async (tx) => {
		const { target, all, plan } = await prepare(tx, input);
		const others = all.filter(({ id }) => id !== target.id);
		const run = await insertReshapingRun(tx, { ...asker, container: target.id, kind: "merge" });
		const has = await tx<
			{ id: number }[]
		>`select dataset_id as id from container_datasets where container_id = ${target.id}`;
		const linked = new Set(has.map(({ id }) => id));
		for (const other of others)
			for await (const batch of datasetsOf(tx, other.id)) {
				const changes = batch.flatMap(
					({ id, eoId: dataset, storageId, directory, path, sourceId }): PlannedChange[] => {
						const of = { storageId, directory, path, datasetId: id, eoId: dataset, undo: null };
						const leaves = { ...of, action: "unlinked", sourceId, reason: `from ${other.eoId}` } as const;
						if (linked.has(id)) return [leaves];
						linked.add(id);
						return [leaves, { ...of, action: "linked", sourceId, reason: `to ${input.into}, from ${other.eoId}` }];
					},
				);
				await writeChanges(tx, run, changes);
			}
		await finishReshapingPlan(tx, run, [
			{
				containerId: target.id,
				role: "into",
				eoId: input.into,
				datasets: linked.size,
				plan,
				before: beforeOf(target),
				baseRevision: target.revision,
			},
			...others.map((other) => ({
				containerId: other.id,
				role: "merged",
				eoId: other.eoId,
				datasets: 0,
				plan: { ...beforeOf(other), sources: [] },
				before: beforeOf(other),
				baseRevision: other.revision,
			})),
		]);
		return run;
	});
}

interface Merge {
	readonly target: ReshapedContainer;
	/** The target among them. */
	readonly all: readonly ReshapedContainer[];
	readonly plan: ReshapedPlan;
}

async function prepare(sql: Transaction, { ids, into, title }: MergeInput): Promise<Merge> {
	const distinct = [...new Set(ids)];
	if (distinct.length < 2) throw new UsageError("Name at least two containers to merge.");
	const all: ReshapedContainer[] = [];
	for (const id of distinct) all.push(await loadSeries(sql, id, "merged"));
	const valid = eoId.safeParse(into);
	if (!valid.success) throw new UsageError(`${into}: ${valid.error.issues[0]?.message}.`);
	const target = all.find((each) => each.eoId === into) ?? all[0];
	if (!target) throw new UsageError("Name at least two containers to merge.");
	const holder = target.eoId === into ? null : await holderOf({ sql }, into, target.id);
	if (holder !== null)
		throw new UsageError(
			`The EO ID ${into} is taken by ${holder}; choose another one, or one of ${distinct.join(", ")}.`,
		);
	// The range type of a series is that of its sources: each keeps the one it has been read by.
	const types = new Set(all.map(({ rangeType }) => rangeType));
	const isOne = types.size === 1;
	return {
		target,
		all,
		plan: {
			title: title ?? target.title,
			rangeType: isOne ? target.rangeType : null,
			// Nothing is purged earlier than it was promised.
			retentionDays: Math.max(...all.map(({ retentionDays }) => retentionDays)),
			sources: all.flatMap(({ rangeType, sources }) =>
				sources.map(({ id, path, include, exclude, ownRangeType }) => ({
					id,
					path,
					include,
					exclude,
					rangeType: isOne ? ownRangeType : (ownRangeType ?? rangeType),
				})),
			),
		},
	};
}

async function countAll(sql: Transaction, keys: readonly number[]): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(distinct dataset_id) as count from container_datasets where container_id = any(${keys as number[]})`;
	return row?.count ?? 0;
}

/** In words for people, those of the container that stays count. */
async function differing(sql: Transaction, target: number, keys: readonly number[]): Promise<readonly string[]> {
	const [row] = await sql<{ schedule: boolean; guard: boolean; removals: boolean; publication: boolean }[]>`
		select coalesce(bool_or((o.schedule, o.schedule_zone, o.schedule_kind, o.schedule_full, o.schedule_verify, o.schedule_jitter, o.by_hand)
				is distinct from (t.schedule, t.schedule_zone, t.schedule_kind, t.schedule_full, t.schedule_verify, t.schedule_jitter, t.by_hand)), false) as schedule,
			coalesce(bool_or(o.guard is distinct from t.guard), false) as guard,
			coalesce(bool_or((o.removal_looks, o.removal_after) is distinct from (t.removal_looks, t.removal_after)), false) as removals,
			coalesce(bool_or(o.publish_stac is distinct from t.publish_stac), false) as publication
		from containers t join containers o on o.id = any(${keys as number[]}) where t.id = ${target}`;
	return (["schedule", "guard", "removals", "publication"] as const).filter((setting) => row?.[setting]);
}
