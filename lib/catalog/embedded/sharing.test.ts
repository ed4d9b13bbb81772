import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import { choosePlace, reaches, type ServerUser } from "./place.ts";
import { findServer } from "./process.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-sharing-"));
	chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = `
	const { connectCatalog } = await import(process.argv[1]);
	const home = process.argv[2];
	const catalog = await connectCatalog({ databaseUrl: null, home }, { applicationName: "elsewhere" });
	await catalog.sql\`insert into storages (name, type, config) values (\${String(process.pid)}, 'local', '{}')\`;
	console.log("open");
	process.stdin.resume().once("end", () => catalog.close());`;

/** A process of its own that has the catalogue open, with a storage named by its process ID, until it is asked to leave. */
async function openElsewhere(home: string, user: ServerUser | null = null) {
	const script = join(import.meta.dirname, "../database/connect.ts");
	const child = spawn(process.execPath, ["--input-type=module", "-e", program, script, home], {
		...user,
		cwd: "/",
		stdio: ["pipe", "pipe", "pipe"],
	});
	const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
	const said: string[] = [];
	createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
	const opened = await new Promise<boolean>((resolve) => {
		createInterface({ input: child.stdout }).once("line", () => resolve(true));
		child.once("exit", () => resolve(false));
	});
	if (!opened) {
		throw new Error(`The other process ended: ${said.join("\n")}`);
	}
	const leave = async () => {
		child.stdin.end();
		await ended;
	};
	const kill = async () => {
		child.kill("SIGKILL");
		await ended;
	};
	return { name: String(child.pid), leave, kill };
}

const serverAt = (home: string) => findServer(join(home, "postgres"));

describe("one embedded server", () => {
	it("serves processes that start at once on a new home, and ends with the last", async () => {
		const others = await Promise.all([1, 2, 3].map(() => openElsewhere(folder)));
		const catalog = await connectCatalog({ databaseUrl: null, home: folder }, { applicationName: "tests" });
		const rows = await catalog.sql<{ name: string }[]>`select name from storages`;
		expect(new Set(rows.map((row) => row.name))).toEqual(new Set(others.map((other) => other.name)));
		await catalog.close();
		expect(serverAt(folder)).not.toBeNull();
		await Promise.all(others.map((other) => other.leave()));
		expect(serverAt(folder)).toBeNull();
	});

	it("outlives a process that is killed, and the next one goes on with it", async () => {
		const killed = await openElsewhere(folder);
		await killed.kill();
		const left = serverAt(folder);
		expect(left).not.toBeNull();
		const catalog = await connectCatalog({ databaseUrl: null, home: folder }, { applicationName: "tests" });
		expect(await catalog.sql`select name from storages`).toEqual([{ name: killed.name }]);
		expect(serverAt(folder)?.pid).toBe(left?.pid);
		await catalog.close();
		expect(serverAt(folder)).toBeNull();
	});

	it("loses nothing when everything is killed", async () => {
		const killed = await openElsewhere(folder);
		process.kill(serverAt(folder)?.pid ?? Number.NaN, "SIGKILL");
		await killed.kill();
		const catalog = await connectCatalog({ databaseUrl: null, home: folder }, { applicationName: "tests" });
		expect(await catalog.sql`select name from storages`).toEqual([{ name: killed.name }]);
		await catalog.close();
	});

	const user = process.getuid?.() === 0 ? choosePlace(tmpdir()).user : null;
	const runnable = user !== null && reaches(user, process.execPath) && reaches(user, import.meta.dirname);
	it.runIf(runnable)("runs as the ordinary user whose home it is, and root joins it there", async () => {
		const home = join(folder, "home");
		mkdirSync(home, { mode: 0o700 });
		chownSync(home, 65_534, 65_534);
		const other = await openElsewhere(home, { uid: 65_534, gid: 65_534 });
		const catalog = await connectCatalog({ databaseUrl: null, home }, { applicationName: "tests" });
		expect(await catalog.sql`select name from storages`).toEqual([{ name: other.name }]);
		await catalog.close();
		await other.leave();
		const again = await connectCatalog({ databaseUrl: null, home }, { applicationName: "tests" });
		expect(choosePlace(home).user?.uid).toBe(65_534);
		await again.close();
	});

	it.runIf(runnable)("refuses an ordinary user the server of another one", async () => {
		const root = await connectCatalog({ databaseUrl: null, home: folder }, { applicationName: "tests" });
		await expect(openElsewhere(folder, { uid: 65_534, gid: 65_534 })).rejects.toThrow(/belongs to another user/);
		await root.close();
	});
});
