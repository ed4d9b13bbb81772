import { spawnSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { FolderWatch } from "./folder-watch.ts";
import { watchUntilStopped } from "./watch.ts";

/** What never comes fails the test; how long it takes says nothing. */
const wait = { timeout: 40_000, interval: 50 };

describe.runIf(process.platform === "linux")("folders", () => {
	let root: string;
	let changes: number;
	let folders: FolderWatch | null;
	const open = async () => {
		folders = await FolderWatch.open(root, { onChange: () => changes++, signal: new AbortController().signal });
		return folders;
	};
	/** Expects that the watch sees the action. */
	const seen = async (act: () => Promise<unknown>) => {
		const before = changes;
		await act();
		await vi.waitFor(() => expect(changes).toBeGreaterThan(before), wait);
	};
	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), "eosync-watch-"));
		changes = 0;
		folders = null;
	});
	afterEach(async () => {
		folders?.[Symbol.dispose]();
		await rm(root, { recursive: true, force: true });
	});

	test("see what comes, changes, moves and goes, at any depth", async () => {
		await mkdir(join(root, "a/b/c"), { recursive: true });
		expect((await open()).folders).toBe(4);
		const file = join(root, "a/b/c/x.tif");
		await seen(() => writeFile(file, "1"));
		await seen(() => appendFile(file, "2"));
		await seen(() => rename(file, join(root, "a/y.tif")));
		await seen(() => rm(join(root, "a/y.tif")));
	});

	test("that come later are watched, with what is in them; those that go are let go", async () => {
		const watch = await open();
		await seen(() => mkdir(join(root, "new/deep"), { recursive: true }));
		await vi.waitFor(() => expect(watch.folders).toBe(3), wait);
		await seen(() => writeFile(join(root, "new/deep/x.tif"), "1"));
		await seen(() => rename(join(root, "new"), join(root, "newer")));
		await vi.waitFor(() => expect(watch.folders).toBe(3), wait);
		await sleep(1000); // Until the former names are let go.
		await seen(() => writeFile(join(root, "newer/deep/y.tif"), "1"));
		await seen(() => rm(join(root, "newer"), { recursive: true }));
		await vi.waitFor(() => expect(watch.folders).toBe(1), wait);
	});

	test("are watched again when another one comes in the place of one", async () => {
		await mkdir(join(root, "a"));
		const other = await mkdtemp(join(tmpdir(), "eosync-watch-"));
		await open();
		await seen(async () => {
			await rm(join(root, "a"), { recursive: true });
			await rename(other, join(root, "a"));
		});
		await sleep(1500);
		await seen(() => writeFile(join(root, "a/x.tif"), "1"));
	});

	test("hidden ones and links are not", async () => {
		await mkdir(join(root, ".hidden"));
		await symlink(tmpdir(), join(root, "elsewhere"));
		expect((await open()).folders).toBe(1);
		await writeFile(join(root, ".hidden/x"), "1");
		await writeFile(join(root, ".x.tif.part"), "1");
		await seen(() => writeFile(join(root, "x.tif"), "1"));
		expect(changes).toBeLessThanOrEqual(2);
	});

	test("a root that goes, or becomes another one, is said to be gone", async () => {
		const watch = await open();
		await watch.check();
		await rm(root, { recursive: true });
		await expect(watch.check()).rejects.toMatchObject({ code: "ENOENT" });
		await mkdir(join(root, "x"), { recursive: true });
		await expect(open()).resolves.toMatchObject({ folders: 2 });
	});
});

/** In a user namespace of its own the kernel's limits are the test's. */
const canLimit =
	process.platform === "linux" &&
	spawnSync("unshare", ["--user", "--map-root-user", "sh", "-c", "echo 5 > /proc/sys/user/max_inotify_watches"])
		.status === 0;

test.runIf(canLimit)(
	"when the kernel watches no more folders a run is asked for every ten minutes, and it says why",
	async () => {
		const root = await mkdtemp(join(tmpdir(), "eosync-watch-"));
		for (let folder = 0; folder < 10; folder++) await mkdir(join(root, String(folder)));
		const source = { id: 1, container: "A", path: "", symlinks: "skip", stableFor: 0, metadataStorage: null };
		const program = `
		const { SourceWatch } = await import(${JSON.stringify(join(import.meta.dirname, "watch-source.ts"))});
		const source = { ...${JSON.stringify(source)}, storage: { type: "local", root: ${JSON.stringify(root)} } };
		const watched = new SourceWatch(source, 3000);
		await watched.begin({ policy: { network: undefined, roots: undefined } });
		console.log(JSON.stringify([watched.state.mode, watched.isPolled, watched.state.reason]));`;
		const command = 'echo 5 > /proc/sys/user/max_inotify_watches && exec "$0" --input-type=module -e "$1"';
		const { stdout } = spawnSync(
			"unshare",
			["--user", "--map-root-user", "sh", "-c", command, process.execPath, program],
			{
				encoding: "utf8",
			},
		);
		await rm(root, { recursive: true });
		expect(JSON.parse(stdout)).toEqual(["polling", true, expect.stringContaining("fs.inotify.max_user_watches")]);
	},
);

describe.runIf(process.platform === "linux")("a watched source", () => {
	let database: Database;
	let root: string;
	let stops: (() => Promise<void>)[] = [];
	const startWorker = (worker: string) => {
		const stop = new AbortController();
		const intervals = { tick: 50, reread: 200, away: 400, quiet: 200 };
		const options = {
			worker,
			intervals,
			access: { policy: { network: undefined, roots: undefined } },
			enqueue: async () => {},
		};
		const ended = watchUntilStopped(database, { ...options, log: pino({ level: "silent" }), signal: stop.signal });
		const end = async () => {
			stop.abort();
			await ended;
		};
		stops.push(end);
		return end;
	};
	const save = async (source: object = {}) => {
		const sources = [{ storage: "disk", path: "in", include: ["*.tif"], watch: true, ...source }];
		const input = containerInput.parse({ id: "A", kind: "dataset-series", sources });
		await saveContainer(database, input, { create: "either" });
	};
	const watching = async () => (await containerDetail(database, "A"))?.sources[0]?.watching ?? null;
	const untilMode = (mode: string) => vi.waitFor(async () => expect(await watching()).toMatchObject({ mode }), wait);
	/** A run is asked for, and is over. */
	const untilRun = () =>
		vi.waitFor(async () => {
			const done = await database.sql`
				update runs set state = 'succeeded', finished_at = now() where state = 'queued' and trigger = 'watch' returning id`;
			expect(done).toHaveLength(1);
		}, wait);
	beforeAll(async () => {
		database = await createTestDatabase();
		root = await mkdtemp(join(tmpdir(), "eosync-watch-"));
		await mkdir(join(root, "in"));
		await saveStorage(database, storageInput.parse({ name: "disk", type: "local", root }));
		await saveStorage(database, storageInput.parse({ name: "far", type: "http", url: "https://example.org/eo/" }));
	});
	afterEach(async () => {
		for (const stop of stops) await stop();
		stops = [];
		await database.sql`delete from containers`;
	});
	afterAll(async () => {
		await database.close();
		await rm(root, { recursive: true, force: true });
	});

	test("asks for a run when watching begins and after each change, and says so", { timeout: 90_000 }, async () => {
		await save();
		expect(await watching()).toBeNull();
		const stop = startWorker("host:1:a");
		await untilMode("watching");
		expect(await watching()).toMatchObject({ folders: 1, host: "host", reason: null });
		await untilRun();
		await writeFile(join(root, "in/x.tif"), "1");
		await untilRun();
		await stop();
		expect(await watching()).toBeNull();
	});

	test("while a run is under way asks again when that is over", { timeout: 90_000 }, async () => {
		await save();
		startWorker("host:1:a");
		await untilRun();
		const [busy] = await database.sql<{ id: number }[]>`
			insert into runs (container_id, kind, trigger, actor, state) select id, 'sync', 'dashboard', 'olga', 'reading' from containers returning id`;
		await writeFile(join(root, "in/y.tif"), "1");
		await sleep(1000);
		expect(await database.sql`select from runs where state = 'queued'`).toHaveLength(0);
		await database.sql`update runs set state = 'succeeded', finished_at = now() where id = ${busy?.id ?? 0}`;
		await untilRun();
	});

	test("is watched by one of several workers, and by another one when that ends", { timeout: 90_000 }, async () => {
		await save();
		const first = startWorker("one:1:a");
		await untilMode("watching");
		startWorker("two:1:b");
		await sleep(1000);
		expect(await watching()).toMatchObject({ host: "one" });
		await first();
		await vi.waitFor(async () => expect(await watching()).toMatchObject({ host: "two", mode: "watching" }), wait);
	});

	test("whose root goes waits for it, and asks for a run when it is back", { timeout: 120_000 }, async () => {
		await save();
		startWorker("host:1:a");
		await untilRun();
		await rename(join(root, "in"), join(root, "away"));
		await untilMode("waiting");
		expect((await watching())?.reason).toBe("in is not there");
		await database.sql`delete from runs`;
		await rename(join(root, "away"), join(root, "in"));
		await untilMode("watching");
		await untilRun();
	});

	test.each([
		["a remote storage", { storage: "far", path: "" }, /type http does not report/],
		["symbolic links that are followed", { symlinks: "follow" }, /symbolic links/],
	])(
		"%s: a run is asked for every ten minutes instead, and it says why",
		{ timeout: 90_000 },
		async (_, source, reason) => {
			await save(source);
			startWorker("host:1:a");
			await untilMode("polling");
			expect((await watching())?.reason).toMatch(reason);
			await untilRun();
			await sleep(1000);
			expect(await database.sql`select from runs where state = 'queued'`).toHaveLength(0);
			await database.sql`update runs set created_at = now() - interval '11 minutes'`;
			await untilRun();
		},
	);

	test("that is not to be watched any more is not", { timeout: 90_000 }, async () => {
		await save();
		startWorker("host:1:a");
		await untilMode("watching");
		await save({ watch: false });
		await vi.waitFor(async () => expect(await database.sql`select from watches`).toHaveLength(0), wait);
	});
});
