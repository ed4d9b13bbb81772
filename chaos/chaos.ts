import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createRun, findAbandonedRuns, type NewRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { randomFrom } from "#lib/demo/random.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { catalogueLines, violations } from "#lib/sync/testing/invariants.ts";
import { type ChaosWorld, container, openChaosWorld } from "./world.ts";

export interface ChaosOptions {
	readonly kills: number;
	/** The same seed makes the same archives and choices; the moments also depend on the machine. */
	readonly seed: number;
	readonly say: (line: string) => void;
}

const victims = ["worker", "server", "web", "all"] as const;
/** The event to wait for before the kill; a random delay is added. */
const moments = ["start", "scanning", "reading", "applying", "any"] as const;

type Victim = (typeof victims)[number];
type Moment = (typeof moments)[number];

/**
 * Kills workers, servers and those who ask for runs in the middle of it, again and again. After each kill the catalogue is as it was before
 * the run, or as the archive is; then the run is taken up, reads nothing again, and ends with the catalogue as the
 * archive is. Returns how often it was killed in which phase.
 * @throws Error that names the kill after which something was wrong.
 */
export async function chaos({ kills, seed, say }: ChaosOptions): Promise<Readonly<Record<string, number>>> {
	const random = randomFrom(seed);
	await using world = await openChaosWorld(random);
	await executeRun(world.database, await request(world, "sync"), live);
	const killsByPhase: Record<string, number> = {};
	for (let kill = 1; kill <= kills; kill++) {
		const victim = pick(victims, random());
		const moment = pick(moments, random());
		const story = `kill ${kill} of seed ${seed}: ${victim} at ${moment}`;
		try {
			const planFirst = random() < 0.25;
			const phase =
				victim === "web"
					? await strikeRequester(world, random)
					: await strike(world, { victim, moment, random, planFirst });
			killsByPhase[phase] = (killsByPhase[phase] ?? 0) + 1;
			say(`${story}, while ${phase}`);
		} catch (error) {
			throw new Error(`${story}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
		}
	}
	return killsByPhase;
}

interface Strike {
	readonly victim: Exclude<Victim, "web">;
	readonly moment: Moment;
	readonly random: () => number;
	/** A check comes first, and its plan is what is applied. */
	readonly planFirst: boolean;
}

/** One change of the archive, one run, one kill. Returns the phase in which the run was. */
async function strike(world: ChaosWorld, { victim, moment, random, planFirst }: Strike): Promise<string> {
	const { database, archive } = world;
	const before = await catalogueLines(database);
	archive.change();
	const after = archive.lines();
	const run = await request(world, planFirst ? "check" : "sync");
	if (planFirst) {
		await executeRun(database, run, live);
		await requestApply(database, { run, actor: "chaos", approval: "chaos" });
	}
	const worker = world.startWorker(run);
	const ended = once(worker, "exit");
	await until(world, run, worker, moment);
	await sleep(random() * (moment === "any" ? 1500 : 120));
	if (victim !== "worker") world.killServer();
	if (victim !== "server") worker.kill("SIGKILL");
	if (victim !== "server") await ended;
	if (victim !== "worker") await reachAgain(world);
	const phase = await phaseNow(world, run);
	await expectOneOf(world, before, after);
	if (victim === "server") {
		const [status] = await ended;
		// Without a server it cannot even begin.
		if (status !== 0 && phase !== "queued")
			throw new Error(`the worker did not survive: it ended with status ${status}`);
	}
	if (victim !== "server" || phase === "queued") await takeUp(world, run);
	await expectOneOf(world, after);
	const view = await runView(database, run);
	if (view?.state !== "succeeded") throw new Error(`the run is ${view?.state}: ${JSON.stringify(view?.error)}`);
	if (view.rejected + view.skipped > 0) throw new Error(`${view.rejected} were rejected, ${view.skipped} left out`);
	await expectInSync(world);
	return phase;
}

/**
 * The web process is killed while it asks for a run: either there is none, and the next request makes one, or there is one
 * and another worker takes it, though no job may say so.
 */
async function strikeRequester(world: ChaosWorld, random: () => number): Promise<string> {
	const { database, archive } = world;
	const before = await catalogueLines(database);
	archive.change();
	const web = world.start("chaos/requester.ts", [database.url, "once"], "pipe");
	const ended = once(web, "exit");
	if (web.stdout) await once(web.stdout, "data");
	await sleep(random() * 40);
	web.kill("SIGKILL");
	await ended;
	await expectOneOf(world, before);
	// As if some seconds had passed.
	await database.sql`update runs set created_at = created_at - interval '1 minute' where state = 'queued'`;
	const [asked] = await findAbandonedRuns(database);
	const run = asked ?? (await request(world, "sync"));
	await executeRun(database, run, live);
	await expectOneOf(world, archive.lines());
	await expectInSync(world);
	return asked === undefined ? "not requested" : "queued";
}

async function until({ database }: ChaosWorld, run: number, worker: ChildProcess, moment: Moment): Promise<void> {
	if (moment === "any" || moment === "start") return;
	const order = ["queued", "scanning", "reading", "applying", "succeeded"];
	while (worker.exitCode === null) {
		const [row] = await database.sql<{ state: string }[]>`select state from runs where id = ${run}`;
		if (order.indexOf(row?.state ?? "succeeded") >= order.indexOf(moment)) return;
		await sleep(2);
	}
}

/** Starts the server as soon as the old one is gone, and lets go of every connection to it. */
async function reachAgain({ database }: ChaosWorld): Promise<void> {
	for (;;) {
		await database.revive?.();
		const answers = await Promise.allSettled(Array.from({ length: 20 }, () => database.sql`select pg_sleep(0.01)`));
		if (answers.every(({ status }) => status === "fulfilled")) return;
		await sleep(20);
	}
}

async function phaseNow({ database }: ChaosWorld, run: number): Promise<string> {
	const [row] = await database.sql<{ state: string; phase: string }[]>`
		select state, progress->>'phase' as phase from runs where id = ${run}`;
	return row?.state === "reading" && row.phase === "planning" ? "planning" : (row?.state ?? "gone");
}

/** The lease ends; another worker goes on, and does not read again what was read. */
async function takeUp({ database, archive }: ChaosWorld, run: number): Promise<void> {
	const read = await database.sql<{ path: string }[]>`
		select path from changes where run_id = ${run} and not to_read and after_version is not null`;
	archive.spoil(read.map(({ path }) => path));
	await database.sql`update runs set lease_until = now() - interval '1 second' where id = ${run} and lease_until is not null`;
	for (const abandoned of await findAbandonedRuns(database)) await executeRun(database, abandoned, live);
	// No worker had taken it before it was killed.
	await executeRun(database, run, live);
	archive.mend();
}

async function expectOneOf({ database }: ChaosWorld, ...states: readonly (readonly string[])[]): Promise<void> {
	const now = await catalogueLines(database);
	if (!states.some((state) => state.join("\n") === now.join("\n"))) {
		const [last = []] = states.slice(-1);
		const [extra, missing] = [now.filter((line) => !last.includes(line)), last.filter((line) => !now.includes(line))];
		throw new Error(`the catalogue is between: ${extra.slice(0, 3)} too many, ${missing.slice(0, 3)} too few`);
	}
	const found = await violations(database);
	if (found.length > 0) throw new Error(found.join("; "));
}

/** What was written of folders agrees with the archive as well: nothing is left to do. */
async function expectInSync(world: ChaosWorld): Promise<void> {
	const run = await request(world, "sync");
	await executeRun(world.database, run, live);
	// Files that were spoilt and mended in between have other ctimes: they are looked into, and nothing differs.
	const changes = await world.database
		.sql`select action, path from changes where run_id = ${run} and action <> 'refreshed'`;
	if (changes.length > 0) throw new Error(`a further run finds ${JSON.stringify(changes.slice(0, 3))}`);
}

async function request({ database }: ChaosWorld, kind: NewRun["kind"]): Promise<number> {
	const { run, joined } = await createRun(database, {
		container,
		kind,
		trigger: "command-line",
		actor: "chaos",
		approval: "chaos",
	});
	if (joined) throw new Error(`run ${run} is still active`);
	return run;
}

const live = { signal: new AbortController().signal };

function pick<T>(items: readonly [T, ...T[]] | readonly T[], chance: number): T {
	return items[Math.floor(chance * items.length)] as T;
}
