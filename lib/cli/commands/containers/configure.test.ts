import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { saveContainer } from "#lib/catalog/configuration.ts";
import { containerDetail, listContainers } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";
import { readBackups } from "#lib/operations/backup-plan.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database, { ROOT: "/data/archive" });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});
beforeEach(async () => {
	await database.sql`truncate containers, datasets, dataset_versions, storages, changes cascade`;
});

const configure = (text: string, ...options: readonly string[]) => {
	cli.write("config/eosync.yaml", text);
	return cli.run("configure", "config/eosync.yaml", ...options);
};
const both = `
storages: [{ name: archive, type: local, root: "\${ROOT}" }, { name: spare, type: local, root: spare }]
containers:
  - { id: A, kind: dataset-series, title: First, sources: [{ storage: archive, path: a, include: ["*.tif"] }] }
  - { id: B, kind: rectified-stitched-mosaic, sources: [{ storage: spare, include: ["*.tif"] }] }
`;

it("creates, leaves alone what is the same, and updates what differs", async () => {
	const created = await configure(both);
	// Neither root exists here: that is said, and is no failure.
	expect(created).toMatchObject({
		status: 0,
		stderr: expect.stringMatching(/^container A: archive:\/a: .*\/data\/archive.*\ncontainer B: spare:\/: .*\n$/),
	});
	expect(created.stdout.trim().split("\n")).toEqual([
		"storage archive: created",
		"storage spare: created",
		"container A: created",
		"container B: created",
	]);
	expect((await listStorages(database)).map(({ config }) => config)).toEqual([
		{ type: "local", root: "/data/archive" },
		{ type: "local", root: `${cli.folder}/config/spare` },
	]);
	expect((await configure(both)).stdout).not.toMatch(/created|updated/);
	const updated = await configure(both.replace("First", "Another").replace("root: spare", "root: /spare"));
	expect(
		updated.stdout
			.trim()
			.split("\n")
			.filter((line) => line.endsWith("updated")),
	).toEqual(["storage spare: updated", "container A: updated"]);
	expect((await containerDetail(database, "A"))?.title).toBe("Another");
});

it.each([
	[
		"the container",
		"select from containers where eo_id = 'A' for update",
		"update containers set retention_days = 30 where eo_id = 'A'",
	],
	[
		"the storage",
		"lock table storages in share row exclusive mode",
		`update storages set config = '{"type": "sftp", "host": "h", "user": "u", "root": "/x", "port": 2222}' where name = 'archive'`,
	],
])("keeps what a page saved of %s while the file was applied", async (_, hold, save) => {
	const text = `
storages: [{ name: archive, type: sftp, host: h, user: u, root: /data }]
containers: [{ id: A, kind: dataset-series, title: First, sources: [{ storage: archive, include: ["*.tif"] }] }]`;
	const apply = async (file: string) =>
		applyConfiguration(database, parseConfiguration({ text: file, file: "/eosync.yaml", variable: () => undefined }), {
			prune: false,
			say: async () => {},
		});
	await apply(text);
	const applying = await database.sql.begin(async (page) => {
		await page.unsafe(hold);
		const applying = apply(text.replace("First", "Second").replace("/data", "/archive"));
		await someoneWaits(database, "true");
		await page.unsafe(save);
		return { applying };
	});
	await applying.applying;
	const detail = await containerDetail(database, "A");
	const [storage] = await listStorages(database);
	expect(detail?.title).toBe("Second");
	expect(storage?.config).toMatchObject({ root: "/archive" });
	expect([detail?.retentionDays, storage?.config]).toMatchObject(
		save.includes("retention") ? [30, { port: 22 }] : [90, { port: 2222 }],
	);
});

it("lets backups be written by a schedule, until the file says null", async () => {
	const plan = async () => (await readBackups(database)).plan;
	const file = 'backup: { folder: /backup, cron: "30 4 * * *", keep: 3 }';
	expect((await configure(file)).stdout).toBe("backups: into /backup, 30 4 * * * (UTC), updated\n");
	expect(await plan()).toEqual({ folder: "/backup", cron: "30 4 * * *", zone: "UTC", keep: 3 });
	expect((await configure(file)).stdout).toBe("backups: into /backup, 30 4 * * * (UTC), unchanged\n");
	await configure("containers: []");
	expect(await plan()).not.toBeNull();
	const wrong = await configure('backup: { folder: backup, cron: "30 4 * *", keep: 0 }');
	expect(wrong).toMatchObject({ status: 2, stderr: expect.stringMatching(/backup\.folder: Give an absolute path/) });
	expect((await configure("backup: null")).stdout).toBe("backups: none by themselves, updated\n");
	expect(await plan()).toBeNull();
});

it("with --check says what would be different, and changes nothing", async () => {
	const state = () => database.sql`
		select (select jsonb_agg(c order by id) from containers c) as containers, (select jsonb_agg(s order by id) from sources s) as sources,
			(select jsonb_agg(s order by id) from storages s) as storages, (select count(*) from audit_log) as audited`;
	const nothing = await state();
	// Beside that it tells what reading the sources would give.
	const would = async () =>
		(await configure(both, "--check")).stdout.split("\n").filter((line) => line.includes("would"));
	expect(await would()).toEqual([
		"storage archive: would be created",
		"storage spare: would be created",
		"container A: would be created",
		"container B: would be created",
	]);
	expect(await state()).toEqual(nothing);
	await configure(both);
	const before = await state();
	expect((await configure(both, "--check")).stdout).not.toContain("would");
	const onlyA = both
		.replace(/, \{ name: spare[^}]*\}/, "")
		.replace(/ {2}- \{ id: B.*\n/, "")
		.replace("First", "Another");
	const pruned = await configure(onlyA, "--check", "--prune");
	expect(pruned).toMatchObject({
		status: 0,
		stdout: expect.stringMatching(
			/^storage archive: unchanged\ncontainer A: would be updated\ncontainer A: title: First → Another\ncontainer B: It has no datasets\.\ncontainer B: would be deleted\n/,
		),
		stderr: expect.stringMatching(/storage spare: would stay\. The storage spare belongs to the deleted container B/),
	});
	const { status, lines } = await cli.json("configure", "config/eosync.yaml", "--check", "--prune");
	expect([status, ...lines]).toMatchObject([
		0,
		{ type: "storage", name: "archive", outcome: "unchanged", fields: {} },
		{ type: "container", name: "A", outcome: "updated", fields: { title: { before: "First", after: "Another" } } },
		{ type: "container", name: "B", outcome: "deleted", datasets: 0 },
		{ type: "storage", name: "spare", outcome: "kept", message: expect.stringMatching(/deleted container B/) },
		{ type: "source", container: "A", ok: false },
		{ type: "summary", ok: true, check: true, created: 0, updated: 1, unchanged: 1, deleted: 1, kept: 1 },
	]);
	expect((await configure("storages: 3", "--check")).status).toBe(2);
	expect((await configure(both, "--check", "--exit-code")).status).toBe(0);
	expect((await configure(both.replace("First", "Third"), "--check", "--exit-code")).status).toBe(1);
	expect((await configure(both, "--exit-code")).status).toBe(2);
	expect(await state()).toEqual(before);
});

it("says which datasets are unlinked before the next sync does it", async () => {
	await configure(both);
	await database.sql`
		with made as (insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands)
			select 'D', 'rectified', id, 'a', 'a/x.tif', '[]', 1, 1, 'EPSG:4326', '{0,0,1,1}', now(), now(), '{}', 'RGB', '[]' from storages where name = 'archive' returning id)
		insert into container_datasets (container_id, dataset_id, source_id) select c.id, made.id, s.id from made, containers c join sources s on s.container_id = c.id where c.eo_id = 'A'`;
	const sentence =
		"container A: 1 dataset is matched by no source of this container any more: the next sync unlinks it. For example archive:a/x.tif";
	for (const options of [["--check"], []])
		expect((await configure(both.replace("*.tif", "*.jp2"), ...options)).stdout).toContain(sentence);
	expect((await configure(both.replace("*.tif", "*.jp2"))).stdout).toContain("container A: unchanged");
	expect((await configure(both.replace(/"\S*ROOT\S*"/, "/elsewhere"), "--check")).stdout).toMatch(
		/storage archive: 1 dataset of 1 container will be looked for at \/elsewhere instead of \/data\/archive/,
	);
});

it("asks for a password of a server that is another one before anything is written", async () => {
	const file = (title: string, host: string, password: string) => `
storages:
  - { name: archive, type: local, root: /data/${title} }
  - { name: remote, type: ftp, host: ${host}, user: eosync${password} }`;
	expect((await configure(file("one", "ftp.example.org", ", password: secret words"))).status).toBe(0);
	const refused = await configure(file("two", "ftp.example.com", ""));
	expect(refused).toMatchObject({ status: 2, stdout: "" });
	expect(refused.stderr).toMatch(/eosync\.yaml:4:\d+: storages\[1\]: .*remote is at another address now: enter its/);
	expect((await listStorages(database)).map(({ config }) => config)).toMatchObject([{ root: "/data/one" }, {}]);
});

it("deletes only with --prune", async () => {
	await configure(both);
	const onlyA = both.replace(/, \{ name: spare[^}]*\}/, "").replace(/ {2}- \{ id: B.*\n/, "");
	expect((await configure(onlyA)).stdout).not.toMatch(/deleted/);
	expect(await listContainers(database)).toHaveLength(2);
	const pruned = await configure(onlyA, "--prune");
	expect(pruned).toMatchObject({
		status: 0,
		stdout: expect.stringContaining("container B: It has no datasets.\ncontainer B: deleted"),
		stderr: expect.stringMatching(/storage spare: stays\..*the deleted container B, which can be restored until/),
	});
	expect((await listContainers(database)).map(({ id }) => id)).toEqual(["A"]);
	expect((await listStorages(database)).map(({ name }) => name)).toEqual(["archive", "spare"]);
});

it.each([
	[
		"a storage that does not exist",
		both.replace("storage: spare", "storage: nowhere"),
		/:5:\d+: containers\[1\]\.sources\[0\]\.storage: There is no storage nowhere/,
	],
	[
		"a fault in the last line",
		`${both}  - { id: "9", kind: dataset-series }\n`,
		/eosync\.yaml:6:11: containers\[2\]\.id/,
	],
	[
		"an option of another type of storage",
		both.replace("type: local", "type: rasdaman, url: 'http://x'"),
		/storages\[0\]\.root: There is no such key/,
	],
])("writes nothing because of %s", async (_, text, message) => {
	const { status, stdout, stderr } = await configure(text);
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
	expect(stderr).toMatch(message);
	expect(await listStorages(database)).toEqual([]);
});

it("writes nothing when a container would change its kind", async () => {
	await configure(both);
	const { status, stderr } = await configure(
		both.replace("id: A, kind: dataset-series, title: First", "id: A, kind: rectified-stitched-mosaic, title: X"),
	);
	expect(status).toBe(2);
	expect(stderr).toMatch(/A is a dataset-series/);
	expect((await containerDetail(database, "A"))?.title).toBe("First");
});

/** The guard and retention time of container A, as the page would set them. */
const setOnPage = async () => {
	const detail = await containerDetail(database, "A");
	if (!detail) throw new Error("There is no container A.");
	const input = { ...detail.input, guard: { maxRemovals: "5" }, retentionDays: 30 };
	await saveContainer(database, input, { create: false });
};
const settings = async () => {
	const input = (await containerDetail(database, "A"))?.input;
	return { guard: input?.guard, retentionDays: input?.retentionDays };
};

it("leaves what no file has had as the page set it, and says so", async () => {
	await configure(both);
	await setOnPage();
	const { stdout } = await configure(both);
	expect(stdout).toContain(
		"container A: unchanged\ncontainer A: guard.maxRemovals stays 5: the file does not have it\n",
	);
	expect(stdout).toContain("container A: retentionDays stays 30: the file does not have it");
	expect(await settings()).toEqual({ guard: { maxRemovals: "5" }, retentionDays: 30 });
});

it("returns to its default what the last file had and this one has not, and what is null", async () => {
	const withRetention = (days: string) => both.replace("id: A,", `id: A, retentionDays: ${days},`);
	await configure(withRetention("30"));
	expect((await configure(both)).stdout).toContain(
		"container A: updated\ncontainer A: retentionDays is its default again, 90: the file has it no more",
	);
	expect((await settings()).retentionDays).toBe(90);
	expect((await configure(both)).stdout).toContain("container A: unchanged");
	await setOnPage();
	expect((await configure(withRetention("null"))).stdout).toContain("container A: updated");
	expect((await settings()).retentionDays).toBe(90);
});

it("remembers nothing at the first run after an upgrade: what is left out stays", async () => {
	await configure(both.replace("id: A,", "id: A, retentionDays: 30,"));
	await database.sql`update containers set file_keys = null`;
	expect((await configure(both)).stdout).toContain("container A: retentionDays stays 30");
	expect((await settings()).retentionDays).toBe(30);
});

it("takes sources as one list: stated whole, and so is each of them", async () => {
	await configure(both.replace("storage: spare", "storage: spare, timeZone: Europe/Vienna"));
	await configure(both);
	expect((await containerDetail(database, "B"))?.input.sources).toMatchObject([{ storage: "spare", timeZone: "UTC" }]);
});

it("lets PostgreSQL count many new containers: what it planned for none of them would go through all of them for each", async () => {
	const containers = Array.from({ length: 50 }, (_, index) => ({ id: `C${index}`, kind: "dataset-series" }));
	expect(await configure(JSON.stringify({ containers }), "--check")).toMatchObject({ status: 0 });
	const [{ expected }] = await database.sql<[{ expected: number }]>`
		select reltuples as expected from pg_class where oid = 'containers'::regclass`;
	expect(expected).toBeGreaterThanOrEqual(50);
});

it("exports into a pipe as into a file, and leaves it a pipe", async () => {
	await configure(both);
	const pipe = join(cli.folder, "pipe");
	execFileSync("mkfifo", [pipe]);
	// Holds both ends, so that neither end waits for the other.
	await using reader = await open(pipe, "r+");
	expect(await cli.run("configure", "--export", pipe)).toMatchObject({ status: 0, stdout: `${pipe}: written\n` });
	const { bytesRead, buffer } = await reader.read();
	expect(buffer.toString("utf8", 0, bytesRead)).toContain("id: A");
	expect(lstatSync(pipe).isFIFO()).toBe(true);
});

it("exports into a file that is there or a new one, and loses nothing of it", async () => {
	await configure(both);
	const at = (name: string) => join(cli.folder, name);
	const exportTo = async (name: string) => {
		const { status, stdout, stderr } = await cli.run("configure", "--export", name);
		return [status, stdout.trimEnd() || stderr.trimEnd()];
	};
	expect(await exportTo("new.yaml")).toEqual([0, "new.yaml: written"]);
	expect(await exportTo("new.yaml")).toEqual([0, "new.yaml: unchanged"]);
	cli.write("real.yaml", "# mine\nstorages: []\n");
	symlinkSync("real.yaml", at("link.yaml"));
	chmodSync(at("real.yaml"), 0o666);
	expect(await exportTo("link.yaml")).toEqual([0, "link.yaml: updated"]);
	expect(readFileSync(at("real.yaml"), "utf8")).toMatch(/^# mine\n.*archive/s);
	expect(statSync(at("real.yaml")).mode & 0o777).toBe(0o666);
	expect(lstatSync(at("link.yaml")).isSymbolicLink()).toBe(true);

	symlinkSync("nowhere.yaml", at("dangling.yaml"));
	expect(await exportTo("dangling.yaml")).toEqual([2, expect.stringContaining("it exists already")]);
	expect(lstatSync(at("dangling.yaml")).isSymbolicLink()).toBe(true);
	const latin1 = Buffer.from("# Österreich\nstorages: []\n", "latin1");
	cli.write("latin1.yaml", latin1);
	expect(await exportTo("latin1.yaml")).toEqual([2, expect.stringContaining("it is not UTF-8")]);
	expect(readFileSync(at("latin1.yaml"))).toEqual(latin1);
	expect(await cli.run("configure", "latin1.yaml")).toMatchObject({ status: 2 });
	expect(readdirSync(cli.folder).filter((name) => name.endsWith(".new"))).toEqual([]);
});
