import { chmod, link, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { createRun, type NewRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { emptyCatalogue } from "#lib/catalog/testing/empty-catalogue.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { reportStorageCalls } from "#lib/sync/storages/report-storage-calls.ts";

/** A catalogue of its own and an archive in a temporary folder, for tests of the engine; the storage is called `archive`. */
export interface Bench extends AsyncDisposable {
	readonly database: Database;
	readonly archive: TestArchive;
	/** Creates the container, or configures it anew. Sources without a storage are of the archive; `include` is `*.tif`. */
	container(id: string, sources: readonly object[], options?: object): Promise<void>;
	/** Requests a run and works on it to where it waits or ends. */
	run(container: string, request?: Partial<NewRun>): Promise<RunResult>;
	check(container: string): Promise<RunResult>;
	/** Works on a run that was requested before. */
	execute(run: number): Promise<RunResult>;
	changes(run: number): Promise<readonly ChangeView[]>;
	/** Makes the catalogue one that knows no ctimes, as those of 0.1.0: they are taken over without reading (rule 6). */
	forgetChangeTimes(): Promise<void>;
	/** The datasets that are not archived: `path: EO ID in containers`, by path. */
	registered(): Promise<readonly string[]>;
}

export interface RunResult {
	readonly run: number;
	readonly view: RunView;
	readonly changes: readonly ChangeView[];
	/** One line per change: `added a.tif`, `moved a.tif → b.tif`, `removed a.tif (skipped)`. */
	readonly summary: readonly string[];
}

export async function makeBench(): Promise<Bench> {
	const [database, archive] = await Promise.all([createTestDatabase(), makeArchive()]);
	await saveStorage(database, storageInput.parse({ name: "archive", type: "local", root: archive.root }));
	const changes = async (run: number) => (await listChanges(database, run, changesQuery.parse({ limit: 1000 }))).rows;
	const execute = async (run: number): Promise<RunResult> => {
		await executeRun(database, run, { signal: new AbortController().signal });
		await reportStorageCalls(database);
		const view = await runView(database, run);
		if (!view) throw new Error(`There is no run ${run}.`);
		const rows = await changes(run);
		return { run, view, changes: rows, summary: rows.map(summaryLine) };
	};
	const run: Bench["run"] = async (container, request = {}) => {
		const created = await createRun(database, { ...defaults, container, ...request });
		return execute(created.run);
	};
	return {
		database,
		archive,
		execute,
		changes,
		run,
		check: (container) => run(container, { kind: "check" }),
		async container(id, sources, options = {}) {
			const all = sources.map((source) => ({ storage: "archive", include: ["*.tif"], ...source }));
			await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", sources: all, ...options }), {
				create: "either",
			});
		},
		async forgetChangeTimes() {
			await database.sql`
				update dataset_versions set files = (
					select jsonb_agg(file - 'ctime' order by position) from jsonb_array_elements(files) with ordinality as f(file, position))`;
			await database.sql`update directories set digest = null, listing = null`;
		},
		async registered() {
			const rows = await database.sql<{ line: string }[]>`
				select d.path || ': ' || d.eo_id || ' in ' || coalesce(string_agg(c.eo_id, ' ' order by c.eo_id), 'none') as line
				from datasets d left join container_datasets cd on cd.dataset_id = d.id left join containers c on c.id = cd.container_id
				where d.archived_at is null group by d.id order by d.path collate "C"`;
			return rows.map(({ line }) => line);
		},
		async [Symbol.asyncDispose]() {
			await database.close();
			await archive[Symbol.asyncDispose]();
		},
	};
}

const defaults = { kind: "sync", trigger: "command-line", actor: "tester" } as const;

function summaryLine({ action, path, fromPath, outcome }: ChangeView): string {
	const exception = outcome === "skipped" || outcome === "failed" ? ` (${outcome})` : "";
	return `${action} ${fromPath === null ? path : `${fromPath} → ${path}`}${exception}`;
}

export interface Scene extends Partial<GeoTiffOptions> {
	/** null: none in the metadata. Default: the stem in capitals. */
	readonly eoId?: string | null | undefined;
	/** null: none, so that the file is rejected. */
	readonly begin?: string | null;
	readonly end?: string | null;
	/** Upper left corner, degrees. */
	readonly at?: readonly [number, number];
	/** Default `{stem}.xml`; null: no metadata file. */
	readonly metadata?: string | null;
	readonly properties?: Readonly<Record<string, string | number>>;
}

/** Files of a temporary folder. Whatever is written gets a time of its own: two versions of a file never look alike. */
export interface TestArchive extends AsyncDisposable {
	readonly root: string;
	at(path: string): string;
	/** A 4 × 4 GeoTIFF of 1° with an EO-O&M document beside it. */
	scene(path: string, scene?: Scene): Promise<void>;
	write(path: string, content: string | Uint8Array): Promise<void>;
	remove(path: string): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	hardLink(from: string, to: string): Promise<void>;
	symlink(target: string, path: string): Promise<void>;
	mkdir(path: string): Promise<void>;
	touch(path: string): Promise<void>;
	/** Other bytes with the size and mtime of the old: from now on the file is rejected when it is read. Its ctime is new. */
	spoil(path: string): Promise<void>;
}

export async function makeArchive(): Promise<TestArchive> {
	const root = await mkdtemp(join(tmpdir(), "eosync-sync-"));
	await chmod(root, 0o755);
	const at = (path: string) => join(root, path);
	let clock = Date.UTC(2020, 0, 1);
	const touch = async (path: string) => {
		clock += 1000;
		await utimes(at(path), new Date(clock), new Date(clock));
	};
	const write = async (path: string, content: string | Uint8Array) => {
		await mkdir(dirname(at(path)), { recursive: true });
		await writeFile(at(path), content);
		await touch(path);
	};
	return {
		root,
		at,
		touch,
		write,
		async scene(path, { eoId, begin = "2006-08-16T09:09:29Z", end, at: origin = center, metadata, ...rest } = {}) {
			const { properties, ...tiff } = rest;
			const [folder, stem] = [path.slice(0, path.lastIndexOf("/") + 1), path.replace(/^.*\/|\.[^.]*$/g, "")];
			const georeference = { origin, pixelSize: [0.25, 0.25] } as const;
			await write(path, writeGeoTiff({ size: [4, 4], crs: 4326, georeference, ...tiff }));
			if (metadata === null) return;
			const document = {
				eoId: eoId === undefined ? stem.toUpperCase() : eoId,
				begin,
				end: end ?? begin,
				footprint: null,
			};
			await write(
				folder + (metadata ?? `${stem}.xml`),
				writeEoOm({ ...document, ...(properties ? { properties } : {}) }),
			);
		},
		remove: (path) => rm(at(path), { recursive: true }),
		async rename(from, to) {
			await mkdir(dirname(at(to)), { recursive: true });
			await rename(at(from), at(to));
		},
		hardLink: (from, to) => link(at(from), at(to)),
		symlink: (target, path) => symlink(target, at(path)),
		async mkdir(path) {
			await mkdir(at(path), { recursive: true });
		},
		async spoil(path) {
			const { atime, mtime } = await stat(at(path));
			await writeFile(at(path), (await readFile(at(path))).fill(0x78));
			await utimes(at(path), atime, mtime);
		},
		[Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
	};
}

const center = [10, 50] as const;

/** An empty archive and catalogue, for the next test of the same file. */
export async function emptyBench({ database, archive }: Bench): Promise<void> {
	await rm(archive.root, { recursive: true });
	await mkdir(archive.root);
	await emptyCatalogue(database, { storages: "stay" });
}
