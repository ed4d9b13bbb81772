import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { ContainerInput, StorageInput } from "#lib/catalog/inputs.ts";
import { reconcile, type StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import { formatPlural } from "#lib/numbers.ts";
import { addressOf } from "#lib/storage/security/address.ts";
import { matcherOf } from "#lib/sync/match/match.ts";

/** What saving or deleting something does to datasets by the next sync. Nothing is listed: registered datasets are looked at only. */

export interface EditEffect {
	readonly datasets: number;
	/** The first of them: `storage:path` of an unlinked dataset, EO IDs of containers for a storage. */
	readonly examples: readonly string[];
	/** In words; empty: it does nothing to any. */
	readonly sentence: string;
}

const mostExamples = 10;
const perBatch = 2000;

/** Finds the datasets that no source of the container would match any more (rule 5). Those that were added by hand stay. */
export async function unlinkEffect(
	database: Pick<Database, "sql">,
	{ id, sources }: Pick<ContainerInput, "id" | "sources">,
): Promise<EditEffect> {
	const matchers = sources.map((source) => ({ storage: source.storage, ...matcherOf(source) }));
	const before = await database.sql<Source[]>`
		select s.id, s.retired, st.name as storage, s.path, s.include, s.exclude from sources s
			join storages st on st.id = s.storage_id join containers c on c.id = s.container_id where c.eo_id = ${id}`;
	// What a source has brought in that looks for the same files still stays: the large ones need not be gone through.
	const edited = before.filter((source) => source.retired || !sources.some((now) => looksForSame(source, now)));
	const examples: string[] = [];
	let datasets = 0;
	if (edited.length > 0)
		await database.sql.begin(async (sql) => {
			const rows = sql<{ storage: string; path: string }[]>`
				select st.name as storage, d.path from container_datasets cd
					join datasets d on d.id = cd.dataset_id and d.archived_at is null join storages st on st.id = d.storage_id
				where cd.source_id = any(${edited.map((source) => source.id)}) order by st.name, d.path collate "C"`;
			for await (const batch of inBatches(sql, rows, perBatch)) {
				for (const { storage, path } of batch) {
					if (matchers.some((each) => each.storage === storage && each.matches(path))) continue;
					datasets += 1;
					if (examples.length < mostExamples) examples.push(`${storage}:${path}`);
				}
			}
		});
	return { datasets, examples, sentence: unlinkSentence(datasets) };
}

interface Source extends Pick<ContainerInput["sources"][number], "storage" | "path" | "include" | "exclude"> {
	readonly id: number;
	readonly retired: boolean;
}

function looksForSame(a: Source, b: Omit<Source, "id" | "retired">): boolean {
	const rules = ({ storage, path, include, exclude }: Omit<Source, "id" | "retired">) =>
		JSON.stringify([storage, path, include, exclude]);
	return rules(a) === rules(b);
}

function unlinkSentence(datasets: number): string {
	if (datasets === 0) return "";
	const them = datasets === 1 ? "it" : "them";
	return `${formatPlural(datasets, "dataset is", "datasets are")} matched by no source of this container any more: the next sync unlinks ${them}.`;
}

/** Counts the datasets on a storage that would lie elsewhere. What is not found there is removed, in so far as the guard lets it. */
export async function storageEffect({ sql }: Pick<Database, "sql">, input: StorageInput): Promise<EditEffect> {
	const none = { datasets: 0, examples: [], sentence: "" };
	const [before] = await sql<StoredStorage[]>`select name, config, sealed from storages where name = ${input.name}`;
	if (!before) return none;
	const [from, to] = [addressOf(before.config), addressOf(reconcile(input, before).config)];
	if (from === to) return none;
	const containers = await sql<{ id: string; datasets: number }[]>`
		select c.eo_id as id, count(*) as datasets from datasets d join storages st on st.id = d.storage_id
			join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
		where st.name = ${input.name} and d.archived_at is null group by 1 order by 2 desc, 1`;
	const datasets = containers.reduce((sum, each) => sum + each.datasets, 0);
	if (datasets === 0) return none;
	return {
		datasets,
		examples: containers.slice(0, mostExamples).map(({ id }) => id),
		sentence: `${formatPlural(datasets, "dataset")} of ${formatPlural(containers.length, "container")} will be looked for at ${to} instead of ${from}. The next syncs remove those that are not there, as far as the guard lets them.`,
	};
}

/** The sentence with the examples, on one line. */
export function effectText({ examples, sentence }: EditEffect): string {
	return `${sentence} For example ${examples.join(", ")}`;
}
