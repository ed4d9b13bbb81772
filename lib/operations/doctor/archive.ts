import type { Database } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { fingerprint, sameContent } from "#lib/sync/match/fingerprint.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import { type Finding, ok, warning } from "./finding.ts";

interface Registered {
	readonly id: number;
	readonly eoId: string;
	readonly storageId: number;
	readonly path: string;
	/** The data file as it was when it was read. */
	readonly file: FileFingerprint;
}

interface CompareOptions {
	readonly sample: number | "all";
	readonly signal: AbortSignal;
}

const portion = 200;
/** The most differences that are named. */
const named = 3;

/** Looks up the data files of some datasets, or all, and compares them with the catalogue. */
export async function* compareWithArchive(
	database: Database,
	access: StorageAccess,
	{ sample, signal }: CompareOptions,
): AsyncGenerator<Finding> {
	await using storages = new OpenedStorages(database, access);
	const differing: string[] = [];
	const unknown: string[] = [];
	let compared = 0;
	for await (const datasets of sample === "all" ? allDatasets(database) : someDatasets(database, sample)) {
		for (const dataset of datasets) {
			signal.throwIfAborted();
			try {
				const storage = await storages.of(dataset.storageId);
				const entry = await storage.stat(dataset.path, { symlinks: "follow", signal });
				compared += 1;
				if (entry === null) differing.push(`${dataset.path} is gone`);
				else if (!sameContent(fingerprint(entry, "data"), dataset.file)) differing.push(`${dataset.path} has changed`);
			} catch (error) {
				signal.throwIfAborted();
				unknown.push(`${dataset.path}: ${messageOf(error)}`);
			}
		}
	}
	if (differing.length > 0)
		yield warning(
			"archive",
			`${differing.length} of ${formatPlural(compared, "dataset")} ${differing.length === 1 ? "differs" : "differ"} from the catalogue: ${some(differing)}`,
			"Sync their containers.",
		);
	if (unknown.length > 0)
		yield warning(
			"archive",
			`${formatPlural(unknown.length, "dataset")} could not be compared: ${some(unknown)}`,
			"See the findings about their storages.",
		);
	if (differing.length + unknown.length === 0)
		yield ok(
			"archive",
			`${formatPlural(compared, "dataset")}${sample === "all" ? "" : ", picked at random,"} ${compared === 1 ? "agrees" : "agree"} with the catalogue.`,
		);
}

const some = (texts: readonly string[]) => `${texts.slice(0, named).join("; ")}${texts.length > named ? " …" : ""}`;

async function* allDatasets({ sql }: Database): AsyncGenerator<readonly Registered[]> {
	for (let after = 0; ; ) {
		const rows = await sql<Registered[]>`
			select d.id, d.eo_id as "eoId", d.storage_id as "storageId", d.path, ${datasetFiles(sql)}->0 as file from datasets d ${currentVersion(sql)}
			where d.archived_at is null and d.id > ${after} order by d.id limit ${portion}`;
		const last = rows.at(-1);
		if (!last) return;
		after = last.id;
		yield rows;
	}
}

/** Each the first one after a random number: as many look-ups in an index, however many datasets there are. */
async function* someDatasets({ sql }: Database, count: number): AsyncGenerator<readonly Registered[]> {
	yield await sql<Registered[]>`
		select distinct on (d.id) d.id, d.eo_id as "eoId", d.storage_id as "storageId", d.path, ${datasetFiles(sql)}->0 as file
		from (select floor(random() * (select coalesce(max(id), 0) + 1 from datasets)) as at from generate_series(1, ${count}::int)) r
		cross join lateral (select * from datasets where archived_at is null and id >= r.at order by id limit 1) d ${currentVersion(sql)}`;
}

class OpenedStorages implements AsyncDisposable {
	readonly #openedById = new Map<number, Promise<Storage>>();
	readonly #database: Database;
	readonly #access: StorageAccess;

	constructor(database: Database, access: StorageAccess) {
		this.#database = database;
		this.#access = access;
	}

	of(id: number): Promise<Storage> {
		const opened = this.#openedById.get(id) ?? this.#open(id);
		this.#openedById.set(id, opened);
		return opened;
	}

	async #open(id: number): Promise<Storage> {
		const [stored] = await this.#database.sql<(StoredStorage & { id: number })[]>`
			select id, name, config, sealed from storages where id = ${id}`;
		if (!stored) throw new Error(`Storage ${id} does not exist.`);
		return openStored(this.#database, stored, this.#access);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const opened of await Promise.allSettled(this.#openedById.values())) {
			if (opened.status === "fulfilled") await opened.value[Symbol.asyncDispose]();
		}
	}
}
