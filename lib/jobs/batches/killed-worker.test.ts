import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchView } from "#lib/catalog/batches/batches.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { type SlowWeb, startSlowWeb } from "#lib/storage/test-servers/slow-web.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { requestContainers } from "./batch-requests.ts";

const containers = 30;
const kills = 4;

let bench: Bench;
let web: SlowWeb;
const children = new Set<ChildProcess>();
beforeAll(async () => {
	bench = await makeBench();
	web = await startSlowWeb(bench.archive.root, { delay: 30 });
	await saveStorage(
		bench.database,
		storageInput.parse({ name: "web", type: "http", url: web.url, listing: "json", parallel: 1 }),
	);
});
afterAll(async () => {
	for (const child of children) child.kill("SIGKILL");
	await web[Symbol.asyncDispose]();
	await bench[Symbol.asyncDispose]();
});

function startWorker(): ChildProcess {
	const program = join(import.meta.dirname, "../testing-worker.ts");
	const child = spawn(process.execPath, [program, bench.database.url], { stdio: "inherit" });
	children.add(child);
	return child;
}

test("workers are killed in the middle of a batch: it goes on, each container is synced and has one run", {
	timeout: 240_000,
}, async () => {
	const { database, archive } = bench;
	for (let i = 0; i < containers; i++) {
		await archive.scene(`C${i}/a.tif`, { eoId: `A${i}` });
		await bench.container(`C${i}`, [{ storage: "web", path: `C${i}` }]);
	}
	const asked = { containers: "all", kind: "sync", trigger: "dashboard", actor: "olga" } as const;
	const { batch } = await requestContainers(database, asked);
	const view = async () => {
		const found = await batchView(database, batch ?? 0);
		if (!found) throw new Error("The batch is gone.");
		return found;
	};
	let victim = startWorker();
	startWorker();
	for (let kill = 1; kill <= kills; kill++) {
		const goal = Math.floor((containers * kill) / (kills + 2));
		for (let now = await view(); now.done < goal || now.running === 0; now = await view()) await sleep(10);
		const gone = once(victim, "exit");
		victim.kill("SIGKILL");
		await gone;
		// Its leases end at once: the test need not wait for that.
		await database.sql`update runs set lease_until = now() - interval '1 second' where lease_owner like ${`%:${victim.pid}:%`}`;
		victim = startWorker();
	}
	while ((await view()).finishedAt === null) await sleep(50);
	expect(await view()).toMatchObject({ state: "finished", succeeded: containers, leftOut: 0 });
	expect(await database.sql`select state, added, count(*) as count from runs group by 1, 2`).toEqual([
		{ state: "succeeded", added: 1, count: containers },
	]);
	expect(await database.sql`select from batch_containers where run_id is null`).toHaveLength(0);
});
