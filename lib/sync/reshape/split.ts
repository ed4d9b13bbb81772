import { holderOf } from "#lib/catalog/containers/former-ids.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import type { ReshapedSource } from "#lib/catalog/json-columns.ts";
import { UsageError } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import { type PartOf, partsOf } from "./parts-of.ts";
import {
	type Asker,
	beforeOf,
	datasetsOf,
	finishReshapingPlan,
	insertReshapingRun,
	type LinkedDataset,
	loadSeries,
	type PlannedChange,
	type ReshapedContainer,
	writeChanges,
} from "./plan-reshaping.ts";
import { proposeParts, type SplitBy } from "./propose-parts.ts";
import { type PartRule, type SplitSources, splitSources } from "./split-sources.ts";

/** Splitting a dataset series: parts of it become series of their own. What no part takes stays with it. */

export interface SplitInput {
	/** EO ID. */
	readonly id: string;
	readonly how: SplitBy;
	/** The parts that are wanted, by what they are called in the proposal, with the EO IDs and titles that they get; left out: all of them, as they are proposed. */
	readonly parts?:
		| readonly { readonly key: string; readonly id: string; readonly title?: string | undefined }[]
		| undefined;
}

export interface SplitPreview {
	/** EO ID. */
	readonly container: string;
	readonly parts: readonly {
		readonly key: string;
		/** EO ID. */
		readonly id: string;
		readonly title: string;
		readonly datasets: number;
		/** The sources that it gets: `storage:path patterns`. */
		readonly sources: readonly string[];
		/** Why it cannot have that EO ID; null: it can. */
		readonly problem: string | null;
	}[];
	/** Datasets that stay with the container. */
	readonly rest: number;
}

/** What a split would do; nothing is written. @throws UsageError with the reason when it cannot be. */
export async function previewSplit({ sql }: Pick<Database, "sql">, input: SplitInput): Promise<SplitPreview> {
	return sql.begin(async (tx) => {
		const split = await prepare(tx, input);
		const counts = await assign(tx, split, async () => {});
		const problems = await problemsOf(tx, split.parts);
		return {
			container: split.container.eoId,
			parts: split.parts.map(({ key, id, title }, index) => ({
				key,
				id,
				title,
				datasets: counts.parts[index] ?? 0,
				sources: (split.sources.parts[index] ?? []).map((source) => sourceText(split.container, source)),
				problem: problems[index] ?? null,
			})),
			rest: counts.rest,
		};
	});
}

/**
 * Plans the split, as a run that waits to be applied. Returns the run.
 * @throws UsageError with the reason when it cannot be.
 */
export async function planSplit({ sql }: Pick<Database, "sql">, input: SplitInput, asker: Asker): Promise<number> {
	return sql.begin(async (tx) => {
		const split = await prepare(tx, input);
		const { container, parts, sources } = split;
		const problem = (await problemsOf(tx, parts)).find((each) => each !== null);
		if (problem) throw new UsageError(problem);
		const run = await insertReshapingRun(tx, { ...asker, container: container.id, kind: "split" });
		const counts = await assign(tx, split, (changes) => writeChanges(tx, run, changes));
		const empty = parts.find((_, index) => counts.parts[index] === 0);
		if (empty)
			throw new UsageError(`${empty.id} would have no datasets: nothing in ${container.eoId} fits its patterns.`);
		const before = beforeOf(container);
		await finishReshapingPlan(tx, run, [
			{
				containerId: container.id,
				role: "split",
				eoId: container.eoId,
				datasets: counts.rest,
				plan: { ...before, sources: sources.rest },
				before,
				baseRevision: container.revision,
			},
			...parts.map(({ id, title }, index) => ({
				containerId: null,
				role: "part",
				eoId: id,
				datasets: counts.parts[index] ?? 0,
				plan: {
					title,
					rangeType: container.rangeType,
					retentionDays: container.retentionDays,
					sources: sources.parts[index] ?? [],
				},
				before: null,
				baseRevision: null,
			})),
		]);
		return run;
	});
}

interface Split {
	readonly container: ReshapedContainer;
	readonly parts: readonly (PartRule & { readonly key: string })[];
	readonly sources: SplitSources;
	readonly partOf: PartOf;
	readonly isByYear: boolean;
	/** Files of one folder may go to several containers. */
	readonly dividesFolders: boolean;
}

async function prepare(sql: Transaction, { id, how, parts: wanted }: SplitInput): Promise<Split> {
	const container = await loadSeries(sql, id, "split");
	const files = async function* () {
		for await (const batch of datasetsOf(sql, container.id))
			yield batch.flatMap((one) =>
				one.sourceId === null ? [] : [{ path: one.path, year: one.year, source: one.sourceId }],
			);
	};
	const proposed = await proposeParts({ ...container, id }, how, files);
	const parts = wanted === undefined ? proposed : chosen(id, proposed, wanted);
	requireDistinct(parts);
	const sources = splitSources(
		container.sources.map((source) => ({ ...source, rangeType: source.ownRangeType })),
		parts,
		{ foldersExist: how.by !== "pattern" },
	);
	return {
		container,
		parts,
		sources,
		partOf: partsOf(container.sources, sources.parts),
		isByYear: how.by === "year",
		dividesFolders: how.by !== "folder",
	};
}

function chosen(
	container: string,
	proposed: Awaited<ReturnType<typeof proposeParts>>,
	wanted: NonNullable<SplitInput["parts"]>,
) {
	if (wanted.length === 0) throw new UsageError("Choose at least one part.");
	return wanted.map(({ key, id, title }) => {
		const part = proposed.find((each) => each.key === key);
		if (!part)
			throw new UsageError(
				`${container} has no part ${key}; there are ${proposed
					.slice(0, 20)
					.map((each) => each.key)
					.join(", ")}.`,
			);
		return { ...part, id, title: title ?? part.title };
	});
}

function requireDistinct(parts: readonly PartRule[]): void {
	const ids = new Set<string>();
	for (const { id } of parts) {
		const valid = eoId.safeParse(id);
		if (!valid.success) throw new UsageError(`${id}: ${valid.error.issues[0]?.message}.`);
		if (ids.has(id)) throw new UsageError(`Two parts would be called ${id}: give one of them another EO ID.`);
		ids.add(id);
	}
}

async function problemsOf(sql: Transaction, parts: readonly PartRule[]): Promise<readonly (string | null)[]> {
	const problems: (string | null)[] = [];
	for (const { id } of parts) {
		const holder = await holderOf({ sql }, id, null);
		problems.push(holder === null ? null : `The EO ID ${id} is taken by ${holder}; choose another one.`);
	}
	return problems;
}

interface Counts {
	readonly parts: readonly number[];
	readonly rest: number;
}

async function assign(
	sql: Transaction,
	split: Split,
	write: (changes: readonly PlannedChange[]) => Promise<void>,
): Promise<Counts> {
	const { container, parts, partOf, isByYear, sources, dividesFolders } = split;
	const counts = parts.map(() => 0);
	let rest = 0;
	for await (const batch of datasetsOf(sql, container.id)) {
		const changes: PlannedChange[] = [];
		for (const dataset of batch) {
			const found = partOf(dataset, dataset.sourceId);
			const part = found === null ? undefined : parts[found.part];
			if (found === null || !part) {
				rest += 1;
				continue;
			}
			if (isByYear && part.key !== String(dataset.year))
				throw new UsageError(
					`${container.eoId} cannot be split by year: ${dataset.path} begins in ${dataset.year}, but the patterns of ${part.key} fit it.`,
				);
			counts[found.part] = (counts[found.part] ?? 0) + 1;
			changes.push(
				...changesOf(dataset, {
					...found,
					id: part.id,
					from: container.eoId,
					sources: sources.parts[found.part] ?? [],
				}),
			);
		}
		await write(changes);
	}
	if (dividesFolders) await requireWhole(sql, container, partOf);
	return { parts: counts, rest };
}

interface Destination {
	readonly part: number;
	readonly source: number;
	readonly id: string;
	readonly from: string;
	readonly sources: readonly ReshapedSource[];
}

function changesOf(
	{ id, eoId: dataset, storageId, directory, path, sourceId, homeSourceId }: LinkedDataset,
	{ part, source, id: to, from, sources }: Destination,
): readonly PlannedChange[] {
	const of = { storageId, directory, path, datasetId: id, eoId: dataset };
	// The copy of its home in the part, whose rules are the same; else the one that finds it.
	const copy = homeSourceId === null ? -1 : sources.findIndex((each) => each.id === homeSourceId);
	const undo = { part: part + 1, source, home: copy < 0 ? source : copy };
	return [
		{ ...of, action: "unlinked", sourceId, reason: `it goes to ${to}`, undo: null },
		{ ...of, action: "linked", sourceId: null, reason: `to ${to}, from ${from}`, undo },
	];
}

/** What belongs to a data file must not be one itself in another container. @throws UsageError that names one */
async function requireWhole(sql: Transaction, container: ReshapedContainer, partOf: PartOf): Promise<void> {
	const rows = sql<{ storageId: number; directory: string; path: string; sourceId: number | null; names: string[] }[]>`
		select d.storage_id as "storageId", d.directory, d.path, cd.source_id as "sourceId",
			array(select f->>'name' from jsonb_array_elements(${datasetFiles(sql)}) f where f->>'role' <> 'data') as names
		from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(sql)} where cd.container_id = ${container.id}`;
	const isData = (file: { readonly storageId: number; readonly path: string }) =>
		container.sources.some((source) => source.storageId === file.storageId && source.matcher.matches(file.path));
	for await (const batch of inBatches(sql, rows, 2000)) {
		for (const { storageId, directory, path, sourceId, names } of batch) {
			const part = partOf({ storageId, path }, sourceId)?.part ?? null;
			for (const name of names) {
				const file = { storageId, path: joinPath(directory, name) };
				if (!isData(file) || (partOf(file, sourceId)?.part ?? null) === part) continue;
				throw new UsageError(
					`${container.eoId} cannot be split so: ${file.path} belongs to ${path}, but would be a data file of another container. Exclude it from the source first.`,
				);
			}
		}
	}
}

function sourceText({ sources }: ReshapedContainer, { id, path, include, exclude }: ReshapedSource): string {
	const storage = sources.find((source) => source.id === id)?.storageName ?? "";
	const without = exclude.length > 0 ? ` without ${exclude.join(" ")}` : "";
	return `${storage}:${path} ${include.join(" ")}${without}`;
}
