import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { findServer } from "#lib/catalog/embedded/process.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { childEnvironment } from "#lib/env.ts";
import { signalProcess } from "#lib/process-signal.ts";
import { ChaosArchive } from "#lib/sync/testing/edited-archive.ts";

/** The container of the archive. */
export const container = "CHAOS";

/** An archive, and a PostgreSQL of its own that may be killed. */
export interface ChaosWorld extends AsyncDisposable {
	readonly database: Database;
	readonly archive: ChaosArchive;
	/** Kills the whole server, as the kernel would for want of memory. */
	killServer(): void;
	/** Starts a process that works on the run. */
	startWorker(run: number): ChildProcess;
	/** Starts a program of eosync, a path below the checkout, on the world's database; its output is `output`. */
	start(program: string, options: readonly string[], output?: "ignore" | "pipe" | number): ChildProcess;
}

export async function openChaosWorld(random: () => number): Promise<ChaosWorld> {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "eosync-chaos-")));
	// As root the server runs as another user.
	chmodSync(folder, 0o755);
	const [root, home] = [join(folder, "archive"), join(folder, "home")];
	mkdirSync(root);
	const database = await connectCatalog({ databaseUrl: null, home }, { applicationName: "chaos" });
	await saveStorage(database, storageInput.parse({ name: "archive", type: "local", root }));
	const sources = [{ storage: "archive", include: ["*.tif"] }];
	const input = containerInput.parse({ id: container, kind: "dataset-series", sources });
	await saveContainer(database, input, { create: true });
	const start: ChaosWorld["start"] = (program, options, output = "ignore") =>
		spawn(process.execPath, [join(import.meta.dirname, "..", program), ...options], {
			env: childEnvironment({ DATABASE_URL: database.url, EOSYNC_HOME: home, LOG_LEVEL: "warn" }),
			stdio: ["ignore", output, output],
		});
	return {
		database,
		archive: new ChaosArchive(root, random),
		killServer: () => killServer(join(home, "postgres")),
		startWorker: (run) => start("lib/sync/testing/child.ts", [database.url, String(run)]),
		start,
		async [Symbol.asyncDispose]() {
			await database.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function killServer(data: string): void {
	const server = findServer(data);
	if (server === null) throw new Error(`No server runs on ${data}.`);
	const children = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
		.split("\n")
		.map((line) => line.trim().split(/\s+/).map(Number))
		.flatMap(([pid = 0, parent]) => (parent === server.pid ? [pid] : []));
	for (const pid of [server.pid, ...children]) {
		signalProcess(pid, "SIGKILL");
	}
}
