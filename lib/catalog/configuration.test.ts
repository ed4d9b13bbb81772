import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import {
	defaultSchedule,
	defaultScheduleVersion,
	saveDefaultSchedule,
} from "#lib/catalog/schedules/default-schedule.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { emptyCatalogue } from "#lib/catalog/testing/empty-catalogue.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { deleteStorage, saveContainer, saveStorage } from "./configuration.ts";
import { type ContainerInput, containerInput, storageInput } from "./inputs.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
	await emptyCatalogue(database, { storages: "go" });
	await saveStorage(database, storage("one"));
	await saveStorage(database, storage("two"));
});

const storage = (name: string, root = `/data/${name}`) => storageInput.parse({ name, type: "local", root });
const source = (more: object = {}) => ({ storage: "one", path: "in", include: ["*.tif"], ...more });
const series = (sources: readonly object[] = [source()], more: object = {}) =>
	containerInput.parse({ id: "S", kind: "dataset-series", sources, ...more });
const save = (input = series(), create: boolean | "either" = "either") => saveContainer(database, input, { create });
const revision = async () => (await containerDetail(database, "S"))?.revision;
const configuredAt = async () => (await database.sql`select configured_at from containers`)[0]?.configured_at;
const sources = () => database.sql`select id, path, retired from sources order by id`;

describe("saveContainer", () => {
	test("creates, changes, and says whether anything is different", async () => {
		expect(await save()).toBe(true);
		expect(await revision()).toBe(0);
		expect(await save()).toBe(false);
		expect(await revision()).toBe(0);
	});

	test.each([
		["title", { title: "New" }],
		["schedule", { schedule: "0 3 * * *" }],
		["schedule by hand", { schedule: "by hand" }],
		["full syncs", { schedule: { cron: "0 3 * * *", kind: "full" } }],
		["what is read again", { schedule: { cron: "0 3 * * *", verify: "1%" } }],
		["guard", { guard: { maxRemovals: "50%" } }],
		["other limits of the guard", { guard: { maxRemovals: null, maxUpdates: "5‰", emptied: "allow" } }],
		["removals", { removals: { looks: 2 } }],
		["removals by time", { removals: { looks: 2, after: "24h" } }],
		["retention", { retentionDays: 7 }],
		["who may read it", { publish: { stac: "public" } }],
		["a watched source", { sources: [source({ watch: true })] }],
	])("what no sync depends on does not make it out of sync: %s", async (_, change) => {
		await save();
		const before = await configuredAt();
		expect(await save(series([source()], change))).toBe(true);
		expect(await save(series([source()], change))).toBe(false);
		expect(await revision()).toBe(0);
		expect(await configuredAt()).toBe(before);
	});

	test.each([
		["range type", { rangeType: "RGB" }],
		["path", { sources: [source({ path: "b" })] }],
		["storage", { sources: [source({ storage: "two" })] }],
		["one more source", { sources: [source(), source({ path: "b" })] }],
		["no source", { sources: [] }],
	])("what a sync depends on makes it out of sync: %s", async (_, change) => {
		await save();
		const before = await configuredAt();
		expect(await save(series([source()], change))).toBe(true);
		expect(await revision()).toBe(1);
		expect(await configuredAt()).not.toBe(before);
		expect(await save(series([source()], change))).toBe(false);
		expect(await revision()).toBe(1);
	});

	test("sources in another order make it out of sync: of two with the same ID the first has it", async () => {
		await save(series([source(), source({ path: "b" })]));
		await save(series([source({ path: "b" }), source()]));
		expect(await revision()).toBe(1);
	});

	test("times before a schedule was saved are not due, although the container stays in sync", async () => {
		await save();
		await database.sql`update containers set configured_at = now() - interval '3 days'`;
		await save(series([source()], { schedule: "* * * * *" }));
		const [row] = await database.sql`select scheduled_at > now() - interval '1 minute' as fresh from containers`;
		expect(row).toEqual({ fresh: true });
		await database.sql`update containers set scheduled_at = now() - interval '1 day'`;
		await save(series([source()], { schedule: "* * * * *", title: "New" }));
		const [same] = await database.sql`select scheduled_at < now() - interval '1 hour' as kept from containers`;
		expect(same).toEqual({ kept: true });
		expect((await containerDetail(database, "S"))?.schedule).toMatchObject({ cron: "* * * * *" });
	});

	test("what was saved is what the settings show", async () => {
		const input = series(
			[
				source({
					exclude: ["*_tmp.tif"],
					metadata: ["{stem}.xml", "{name}.xml"],
					metadataStorage: "two",
					metadataPath: "eo/{collection}",
					rangeType: "RGB",
					fileName: "(?<id>.+)",
				}),
				source({
					storage: "two",
					timeZone: "Europe/Vienna",
					symlinks: "follow",
					marker: "M",
					checksum: true,
					stableFor: 5,
				}),
			],
			{
				title: "T",
				schedule: "0 3 * * *",
				guard: { maxRemovals: "7", maxRejections: null },
				removals: { looks: 3, after: "90m" },
				retentionDays: 3,
				rangeType: "GRAY",
			},
		);
		await save(input);
		expect((await containerDetail(database, "S"))?.input).toEqual(input);
	});

	test.each([
		["include", { include: ["*.jp2"] }],
		["exclude", { exclude: ["x"] }],
		["metadata", { metadata: [] }],
		["metadataStorage", { metadataStorage: "two" }],
		["rangeType", { rangeType: "RGB" }],
		["fileName", { fileName: "(?<id>.+)" }],
		["timeZone", { timeZone: "Europe/Vienna" }],
		["symlinks", { symlinks: "follow" }],
		["marker", { marker: "M" }],
		["checksum", { checksum: true }],
		["stableFor", { stableFor: 1 }],
	])("a source whose %s changes is still the same one", async (_, change) => {
		await save();
		const before = await sources();
		expect(await save(series([source(change)]))).toBe(true);
		expect(await sources()).toEqual(before);
		expect(await revision()).toBe(1);
	});

	test("sources are kept in their order, new ones added, those taken out retire until a run has settled them", async () => {
		await save(series([source(), source({ path: "b" })]));
		await save(series([source({ path: "c" }), source({ path: "b" })]));
		expect(await sources()).toEqual([
			{ id: 1, path: "in", retired: true },
			{ id: 2, path: "b", retired: false },
			{ id: 3, path: "c", retired: false },
		]);
		const shown = (await containerDetail(database, "S"))?.sources.map(({ path }) => path);
		expect(shown).toEqual(["c", "b"]);
		expect(await save(series([source({ path: "b" }), source({ path: "c" })]))).toBe(true);
		expect((await containerDetail(database, "S"))?.sources.map(({ path }) => path)).toEqual(["b", "c"]);
		expect(await save(series([]))).toBe(true);
		expect(await database.sql`select from sources where not retired`).toHaveLength(0);
	});

	test("two sources of the same place stay two", async () => {
		const both = series([source({ include: ["a*"] }), source({ include: ["b*"] })]);
		await save(both);
		expect(await save(both)).toBe(false);
		expect(await sources()).toHaveLength(2);
	});

	test("of two sources of the same place the one that is taken out retires, whichever it is", async () => {
		const [a, b] = [source({ include: ["a*"] }), source({ include: ["b*"] })];
		await save(series([a, b]));
		await save(series([b]));
		expect(await database.sql`select include, retired from sources order by id`).toEqual([
			{ include: ["a*"], retired: true },
			{ include: ["b*"], retired: false },
		]);
	});

	test("an edit of what another one changed meanwhile is refused, and one of what only runs changed is not", async () => {
		await save();
		const read = (await containerDetail(database, "S"))?.version;
		const edit = (input: ContainerInput, version = read) => saveContainer(database, input, { create: false, version });
		await database.sql`update containers set revision = revision + 1, dataset_count = 3`;
		expect(await edit(series([source()], { title: "Anna's" }))).toBe(true);
		await expect(edit(series([source()], { title: "Bert's" }))).rejects.toThrow(
			"S was changed after this was opened, so nothing was saved.",
		);
		await expect(edit(series(), "")).rejects.toThrow("S was changed");
		expect((await containerDetail(database, "S"))?.title).toBe("Anna's");
		for (const change of [[source(), source({ path: "b" })], [source({ stableFor: 5 })], []]) {
			const before = (await containerDetail(database, "S"))?.version;
			await save(series(change, { title: "Anna's" }));
			await expect(edit(series([source()]), before)).rejects.toThrow("S was changed");
		}
		const now = (await containerDetail(database, "S"))?.version;
		expect(await edit(series([source()]), now)).toBe(true);
	});

	test("of two edits at once of the same version one is saved", async () => {
		await save();
		const version = (await containerDetail(database, "S"))?.version;
		const edits = ["A", "B", "C"].map((title) =>
			saveContainer(database, series([source()], { title }), { create: false, version }),
		);
		const ended = await Promise.allSettled(edits);
		expect(ended.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
	});

	test("refuses what makes no sense, and then changes nothing", async () => {
		await save();
		await expect(save(series(), true)).rejects.toThrow("There is a container S already; choose another ID.");
		await expect(save(series([], { id: "T" }), false)).rejects.toThrow("There is no container T.");
		await expect(save(series([], { kind: "rectified-stitched-mosaic" }))).rejects.toThrow(
			"S is a dataset-series and cannot become a rectified-stitched-mosaic; delete it first.",
		);
		await expect(save(series([source({ storage: "nowhere" })], { title: "changed" }))).rejects.toThrow(
			"There is no storage nowhere; add it first.",
		);
		await database.sql`with taken as (insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands)
			values ('TAKEN', 'rectified', 1, '', 'x.tif', '[]', 1, 1, 'EPSG:4326', '{0,0,1,1}', now(), now(), '{}', 'RGB', '[]') returning id) insert into container_datasets (container_id, dataset_id) select 1, id from taken`;
		await expect(save(series([], { id: "TAKEN" }))).rejects.toThrow("The EO ID TAKEN is taken by the dataset x.tif");
		expect(await database.sql`select eo_id, title, revision from containers`).toEqual([
			{ eo_id: "S", title: "", revision: 0 },
		]);
		expect(await sources()).toHaveLength(1);
	});

	test("a mosaic's grid in force is given up when another one is configured, and only then", async () => {
		const grid = { crs: "EPSG:4326", origin: [0, 0], resolution: [1, 1], size: [1, 1] };
		const mosaic = (more: object) =>
			containerInput.parse({ id: "S", kind: "rectified-stitched-mosaic", grid, ...more });
		await save(mosaic({}));
		await database.sql`update containers set mosaic_grid = ${json(database.sql, grid)}`;
		await save(mosaic({ title: "T" }));
		expect((await containerDetail(database, "S"))?.mosaicGrid).toEqual(grid);
		await save(mosaic({ grid: { ...grid, size: [2, 2] } }));
		expect((await containerDetail(database, "S"))?.mosaicGrid).toBeNull();
	});
});

describe("storages", () => {
	test("are created and changed, and say whether anything is different", async () => {
		expect(await saveStorage(database, storage("one"))).toBe(false);
		expect(await saveStorage(database, storage("one", "/data/new"))).toBe(true);
		await expect(saveStorage(database, storage("one"), { create: true })).rejects.toThrow(
			"There is a storage one already; choose another name.",
		);
		expect(await saveStorage(database, storage("three"), { create: true })).toBe(true);
	});

	test("an edit of what another one changed or deleted meanwhile is refused", async () => {
		const versionNow = async (name: string) =>
			(await listStorages(database)).find((each) => each.name === name)?.version ?? "none";
		const version = await versionNow("one");
		expect(await saveStorage(database, storage("one", "/data/anna"), { version })).toBe(true);
		await expect(saveStorage(database, storage("one", "/data/bert"), { version })).rejects.toThrow(
			"The storage one was changed after this was opened, so nothing was saved.",
		);
		expect((await listStorages(database))[0]?.config).toMatchObject({ root: "/data/anna" });
		const two = await versionNow("two");
		await deleteStorage(database, "two");
		await expect(saveStorage(database, storage("two"), { version: two })).rejects.toThrow(
			"The storage two was deleted after this was opened, so nothing was saved.",
		);
		expect(await listStorages(database)).toHaveLength(1);
	});

	test("are deleted only when nothing refers to them", async () => {
		await save();
		await expect(deleteStorage(database, "one")).rejects.toThrow("The storage one is used by S;");
		await deleteStorage(database, "two");
		await expect(deleteStorage(database, "two")).rejects.toThrow("There is no storage two.");
	});
});

test("an edit of a default schedule that another one changed meanwhile is refused", async () => {
	const daily = { cron: "0 3 * * *", zone: "UTC", kind: "sync", jitter: 0 } as const;
	const version = defaultScheduleVersion(await defaultSchedule(database));
	await saveDefaultSchedule(database, daily, { version });
	await expect(saveDefaultSchedule(database, { ...daily, cron: "0 4 * * *" }, { version })).rejects.toThrow(
		"The default schedule was changed after this was opened",
	);
	const daily3 = defaultScheduleVersion(await defaultSchedule(database));
	await saveDefaultSchedule(database, null, { version: daily3 });
	await expect(saveDefaultSchedule(database, daily, { version: daily3 })).rejects.toThrow("was changed");
	expect((await defaultSchedule(database)).schedule).toBeNull();
});

test("a dataset that no container has is refused by the database, at the end of a transaction", async () => {
	await save();
	await expect(
		database.sql`insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands)
			values ('GHOST', 'rectified', 1, '', 'x.tif', '[]', 1, 1, 'EPSG:4326', '{0,0,1,1}', now(), now(), '{}', 'RGB', '[]')`,
	).rejects.toThrow(/would be in no container/);
});
