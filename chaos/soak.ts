import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { randomFrom } from "#lib/demo/random.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { archiveLines, registeredLines } from "./walk.ts";
import { type ChaosWorld, container, openChaosWorld } from "./world.ts";

export interface SoakOptions {
	readonly minutes: number;
	readonly seed: number;
	readonly say: (line: string) => void;
}

interface Counts {
	edits: number;
	/** Kills by the kind of process. */
	readonly kills: Record<string, number>;
	/** How often the invariants were looked at. */
	looks: number;
}

export interface SoakCounts extends Readonly<Counts> {
	/** By state. */
	readonly runs: Readonly<Record<string, number>>;
	readonly datasets: number;
}

const workers = 2;

/**
 * An archive that is edited all the time while two workers sync it continuously, requesters ask for syncs and checks, and
 * all of them and PostgreSQL are killed at random. The invariants hold at every look; at the end, left in peace, the
 * catalogue is what an independent walk of the disk finds.
 * @throws Error that says what was wrong.
 */
export async function soak({ minutes, seed, say }: SoakOptions): Promise<SoakCounts> {
	const random = randomFrom(seed);
	await using world = await openChaosWorld(random);
	const counts: Counts = { edits: 0, kills: {}, looks: 0 };
	const over = new AbortController();
	const until = performance.now() + minutes * 60_000;
	const keepers = [
		...Array.from({ length: workers }, (_, i) => keep(world, `worker ${i + 1}`, over.signal)),
		keep(world, "requester", over.signal),
	];
	let reported = performance.now();
	while (performance.now() < until) {
		world.archive.change(random() * 0.2);
		counts.edits++;
		await sleep(random() * 1200);
		if (random() < 0.06) await killSomeProcess(world, keepers, random, counts);
		await expectNoViolation(world, counts);
		if (performance.now() - reported < 30_000) continue;
		reported = performance.now();
		say(
			`${((until - reported) / 60_000).toFixed(1)} minutes to go: ${JSON.stringify({ ...counts, runs: await countRuns(world.database) })}`,
		);
	}
	const requester = keepers.at(-1);
	requester?.stop();
	await settle(world);
	over.abort();
	await Promise.all(keepers.map(({ ended }) => ended));
	await expectNoViolation(world, counts);
	return { ...counts, runs: await countRuns(world.database), datasets: await compare(world) };
}

interface Keeper {
	readonly name: string;
	kill(): void;
	stop(): void;
	readonly ended: Promise<void>;
}

/** A process that is started again whenever it ends, until the signal aborts. */
function keep(world: ChaosWorld, name: string, signal: AbortSignal): Keeper {
	let child: ChildProcess | null = null;
	let stopped = false;
	const run = async () => {
		while (!signal.aborted && !stopped) {
			child =
				name === "requester"
					? world.start("chaos/requester.ts", [world.database.url])
					: world.start("lib/cli/main.js", ["worker"]);
			await once(child, "exit");
			await sleep(500);
		}
	};
	const stop = () => {
		stopped = true;
		child?.kill("SIGTERM");
	};
	signal.addEventListener("abort", stop, { once: true });
	return { name, kill: () => void child?.kill("SIGKILL"), stop, ended: run() };
}

async function killSomeProcess(world: ChaosWorld, keepers: readonly Keeper[], random: () => number, counts: Counts) {
	const who = Math.floor(random() * (keepers.length + 2));
	const victims = who <= keepers.length ? keepers.slice(who, who + 1) : keepers;
	const takesServer = who >= keepers.length;
	const names = [...victims.map(({ name }) => name), ...(takesServer ? ["server"] : [])];
	const name = names.length > 2 ? "all" : names.join();
	counts.kills[name] = (counts.kills[name] ?? 0) + 1;
	if (takesServer) world.killServer();
	for (const victim of victims) victim.kill();
	if (takesServer) await inPeace(world, async () => {});
}

/** Retries work that may meet a server that was just killed, until the server is back. */
async function inPeace<T>({ database }: ChaosWorld, work: () => Promise<T>): Promise<T> {
	for (;;) {
		try {
			await database.revive?.();
			await database.sql`select 1`;
			return await work();
		} catch (error) {
			if (!isOutage(error)) throw error;
			await sleep(50);
		}
	}
}

async function expectNoViolation(world: ChaosWorld, counts: Counts): Promise<void> {
	const found = await inPeace(world, () => violations(world.database));
	counts.looks++;
	if (found.length > 0) throw new Error(found.join("; "));
}

/** After editing and killing: waits for open runs and syncs once more. */
async function settle(world: ChaosWorld): Promise<void> {
	const { database } = world;
	const idle = async () => {
		while ((await database.sql`select from runs where finished_at is null`).length > 0) {
			await database.sql`update runs set state = 'cancelled', finished_at = now() where state in ${statesIn(database.sql, "proposed")}`;
			await sleep(200);
		}
	};
	await inPeace(world, idle);
	const ask = {
		containers: [container],
		kind: "sync",
		trigger: "dashboard",
		actor: "chaos",
		approval: "chaos",
	} as const;
	const [asked] = await requestRuns(database, ask);
	await inPeace(world, idle);
	const [last] =
		await database.sql`select id, state, error, problems, rejected from runs where id = ${asked?.run ?? 0}`;
	if (last?.state !== "succeeded" || last.rejected > 0) throw new Error(`the last run: ${JSON.stringify(last)}`);
}

async function countRuns({ sql }: Database): Promise<Readonly<Record<string, number>>> {
	const rows = await sql<{ state: string; count: number }[]>`select state, count(*) as count from runs group by 1`;
	return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function compare({ database, archive }: ChaosWorld): Promise<number> {
	const [found, registered] = [archiveLines(archive.root), await registeredLines(database, container)];
	const [missing, extra] = [without(found, registered), without(registered, found)];
	if (missing.length + extra.length > 0)
		throw new Error(
			`not as the archive is: ${missing.length} missing (${missing[0]}), ${extra.length} too many (${extra[0]})`,
		);
	return found.length;
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
	const known = new Set(others);
	return lines.filter((line) => !known.has(line));
}
