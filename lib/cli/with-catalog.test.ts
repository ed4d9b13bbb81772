import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { childEnvironment } from "#lib/env.ts";
import { signalProcess } from "#lib/process-signal.ts";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-leaving-"));
	chmodSync(folder, 0o755); // As root the server runs as another user.
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
	["is being made", "being-made", (names: readonly string[]) => names.some((name) => name.startsWith("postgres.new-"))],
	["starts", "starts", (names: readonly string[]) => names.includes("postgres")],
])("Ctrl-C while the embedded database %s leaves no server behind, and nothing to say", async (_, name, isTime) => {
	const home = join(folder, name);
	mkdirSync(home);
	// A terminal sends it to all processes of the command.
	const child = spawn(process.execPath, [join(import.meta.dirname, "main.js"), "containers"], {
		env: childEnvironment({ DATABASE_URL: "", EOSYNC_HOME: home }),
		stdio: ["ignore", "ignore", "pipe"],
		detached: true,
	});
	const [ended, said] = [once(child, "exit"), text(child.stderr)];
	await expect.poll(() => isTime(readdirSync(home)), { timeout: 60_000, interval: 5 }).toBe(true);
	signalProcess(-(child.pid ?? Number.NaN), "SIGINT");
	expect(await ended).toEqual([130, null]);
	expect(await said).toBe("");
	expect(existsSync(join(home, "postgres", "postmaster.pid"))).toBe(false);
	expect(readdirSync(home).filter((entry) => entry.startsWith("postgres.new-"))).toEqual([]);
});
