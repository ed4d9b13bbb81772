import { spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { startEmbedded } from "./embedded.ts";
import { choosePlace, reaches } from "./place.ts";
import { sharedMegabytes } from "./process.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-embedded-"));
	chmodSync(folder, 0o755); // As root the server runs as another user.
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
const open = (home: string) => connectCatalog({ databaseUrl: null, home }, { applicationName: "tests" });

async function settingsOf(url: string) {
	await using database = await openDatabase({ url, applicationName: "tests", max: 1 });
	const rows = await database.sql<{ name: string; setting: string }[]>`select name, setting from pg_settings`;
	return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

describe("startEmbedded", () => {
	it.each(["plain", 'with space, comma, "quotes", \\ and ü', `long/${"folder/".repeat(20)}end`])(
		"makes, stops and starts again a server at home: %s",
		async (name) => {
			const home = join(folder, name);
			const first = await open(home);
			await first.sql`insert into storages (name, type, config) values ('kept', 'local', '{}')`;
			await first.close();
			expect(existsSync(join(home, "postgres", "postmaster.pid"))).toBe(false);
			const second = await open(home);
			expect(await second.sql`select name from storages`).toEqual([{ name: "kept" }]);
			await second.close();
		},
	);

	it("closes a home that was open to others, and never so that the server cannot pass", async () => {
		const home = join(folder, "home");
		const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
		mkdirSync(home, { mode: 0o755 });
		chmodSync(home, 0o755);
		await (await open(home)).close();
		expect(modeOf(home)).toBe(isRoot ? "711" : "700");
		chmodSync(home, 0o777);
		await (await open(home)).close();
		expect(modeOf(home)).toBe(isRoot ? "711" : "700");
		writeFileSync(join(home, "thesis.txt"), "not eosync's");
		chmodSync(home, 0o755);
		await (await open(home)).close();
		expect(modeOf(home)).toBe("755");
	});

	it("is durable, and closed to the network and to other users", async () => {
		const server = await startEmbedded({ home: folder });
		expect(await settingsOf(server.urlOf("postgres"))).toMatchObject({
			fsync: "on",
			synchronous_commit: "on",
			full_page_writes: "on",
			listen_addresses: "",
			TimeZone: "UTC",
			server_encoding: "UTF8",
		});
		const socketFolder = new URL(server.urlOf("x")).searchParams.get("host") ?? "";
		expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
		expect(statSync(server.log).mode & 0o077).toBe(0);
		await server.stop();
	});

	it.each([
		[0.5, 128],
		[2, 256],
		[24, 512],
	])("on a machine of %d GB keeps %d MB in memory", (gigabytes, megabytes) => {
		expect(sharedMegabytes(gigabytes * 2 ** 30)).toBe(megabytes);
	});

	it("is shared by who comes later, and stopped by who leaves last", async () => {
		const first = await startEmbedded({ home: folder });
		const second = await startEmbedded({ home: folder });
		expect([first.started, second.started, second.pid === first.pid]).toEqual([true, false, true]);
		await first.stop();
		expect(await settingsOf(second.urlOf("postgres"))).toMatchObject({ fsync: "on" });
		await second.stop();
		await expect(settingsOf(second.urlOf("postgres"))).rejects.toThrow(/ENOENT|ECONNREFUSED/);
	});

	it("is stopped once when all leave at once", async () => {
		const all = await Promise.all([1, 2, 3, 4].map(() => startEmbedded({ home: folder })));
		expect(new Set(all.map((server) => server.pid)).size).toBe(1);
		await Promise.all(all.map((server) => server.stop()));
		expect(existsSync(join(folder, "postgres", "postmaster.pid"))).toBe(false);
	});

	it("is left running while another program uses it", async () => {
		const server = await startEmbedded({ home: folder });
		const psql = await openDatabase({ url: server.urlOf("postgres"), applicationName: "psql", max: 1 });
		await server.stop();
		expect(await psql.sql`select 1 as one`).toEqual([{ one: 1 }]);
		await psql.close();
		await (await startEmbedded({ home: folder })).stop();
	});

	it("starts although the old pid file carries the number of a living process of its user", async () => {
		await (await startEmbedded({ home: folder })).stop();
		const { data, user } = choosePlace(folder);
		const other = spawn("sleep", ["60"], { ...user, cwd: "/" });
		const lines = [other.pid, data, 1_700_000_000, 5432, data, "", "1 2", "ready"];
		writeFileSync(join(data, "postmaster.pid"), lines.join("\n"));
		const server = await startEmbedded({ home: folder });
		expect(server.started).toBe(true);
		await server.stop();
		other.kill();
	});

	it("says what the server's log says when it cannot start", async () => {
		await (await startEmbedded({ home: folder })).stop();
		writeFileSync(join(folder, "postgres", "postgresql.conf"), "no_such_setting = 1\n");
		await expect(startEmbedded({ home: folder })).rejects.toThrow(/did not start(.|\n)*no_such_setting/);
	});

	it("gives up when its signal aborts", async () => {
		const signal = AbortSignal.abort(new Error("told to"));
		await expect(startEmbedded({ home: folder, signal })).rejects.toThrow("told to");
	});

	it("says where a data folder was that is gone", async () => {
		await (await startEmbedded({ home: join(folder, "home") })).stop();
		renameSync(join(folder, "home", "postgres"), join(folder, "elsewhere"));
		symlinkSync(join(folder, "elsewhere"), join(folder, "home", "postgres"));
		await (await startEmbedded({ home: join(folder, "home") })).stop();
		rmSync(join(folder, "elsewhere"), { recursive: true });
		await expect(startEmbedded({ home: join(folder, "home") })).rejects.toThrow(/elsewhere.*is gone/);
	});

	const nameless = { uid: 54_321, gid: 54_321 };
	it.runIf(isRoot && [process.execPath, import.meta.filename].every((path) => reaches(nameless, path)))(
		"for a user without a name, as containers have, works by libnss_wrapper, or says what to do",
		() => {
			chownSync(folder, nameless.uid, nameless.gid);
			const script = `import { startEmbedded } from ${JSON.stringify(join(import.meta.dirname, "embedded.ts"))};
				const server = await startEmbedded({ home: ${JSON.stringify(folder)} }).catch(({ code, message }) => console.log(code, message));
				await server?.stop();`;
			const run = () =>
				spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
					...nameless,
					env: { NODE_ENV: "test" },
					cwd: folder,
					encoding: "utf8",
				});
			const hasWrapper =
				spawnSync("true", [], {
					env: { NODE_ENV: "test", LD_PRELOAD: "libnss_wrapper.so" },
					encoding: "utf8",
				}).stderr === "";
			const { stdout, stderr } = run();
			expect(stderr).toBe("");
			if (hasWrapper) expect(existsSync(join(folder, "postgres", "PG_VERSION"))).toBe(true);
			else
				expect(stdout).toMatch(/^user-without-name .*user ID 54321(.|\n)*- install libnss_wrapper(.|\n)*DATABASE_URL/);
		},
	);

	it("closes a data folder that a volume's group was let into, which the server would refuse", async () => {
		await (await startEmbedded({ home: folder })).stop();
		chmodSync(join(folder, "postgres"), 0o2770);
		await (await startEmbedded({ home: folder })).stop();
		expect(statSync(join(folder, "postgres")).mode & 0o777).toBe(0o700);
	});

	it.runIf(isRoot)(
		"as root, with a home that its user cannot enter, keeps the data elsewhere and finds it again",
		async () => {
			const home = join(folder, "private", "home");
			mkdirSync(home, { recursive: true });
			chmodSync(join(folder, "private"), 0o700);
			const first = await open(home);
			await first.sql`insert into storages (name, type, config) values ('kept', 'local', '{}')`;
			await first.close();
			const { data } = choosePlace(home);
			expect(data).toMatch(/^\/var\/lib\/eosync\/[0-9a-f]{16}\/postgres$/);
			renameSync(home, join(folder, "private", "moved"));
			const second = await open(join(folder, "private", "moved"));
			expect(await second.sql`select name from storages`).toEqual([{ name: "kept" }]);
			await second.close();
			rmSync(dirname(data), { recursive: true });
		},
	);
});
