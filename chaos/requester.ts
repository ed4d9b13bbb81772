import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { openQueue } from "#lib/jobs/queue.ts";
import { requestApply, requestCancel, requestRuns } from "#lib/jobs/requests/requests.ts";

/**
 * A process that asks for runs as the dashboard's does, for chaos to kill: `node requester.ts URL once` asks for one
 * sync; without `once` it asks for syncs, checks and cancellations and applies plans, until it is killed.
 */
const [url = "", how = ""] = process.argv.slice(2);
const database = await openDatabase({ url, applicationName: "chaos requester", max: 2 });
const queue = await openQueue(database, { role: "producer", onError: () => {} });

async function ask(kind: "sync" | "check"): Promise<void> {
	const request = { containers: "all", kind, trigger: "dashboard", actor: "chaos", approval: "chaos" } as const;
	for (const { run } of await requestRuns(database, request)) await queue.enqueue(run);
}

async function applyPlans(): Promise<void> {
	for (const { id: run } of await database.sql<
		{ id: number }[]
	>`select id from runs where state in ${statesIn(database.sql, "proposed")}`) {
		await requestApply(database, { run, actor: "chaos", approval: "chaos" });
		await queue.enqueue(run);
	}
}

async function cancelOne(): Promise<void> {
	const [active] = await database.sql<{ id: number }[]>`select id from runs where finished_at is null limit 1`;
	if (active) await requestCancel(database, { run: active.id, actor: "chaos" });
}

if (how === "once") {
	console.log("ready");
	await ask("sync");
	process.exit(0);
}
const [sync, check] = [() => ask("sync"), () => ask("check")];
const requests = [sync, sync, sync, sync, sync, check, check, applyPlans, applyPlans, cancelOne];
for (;;) {
	const request = requests[Math.floor(Math.random() * requests.length)];
	await request?.().catch((error: unknown) => {
		// Another requester was faster, or the server is gone: a page would say so.
		if (!(error instanceof UsageError) && !isOutage(error)) throw error;
	});
	await pause(Math.random() * 1500);
}
