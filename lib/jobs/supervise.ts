import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "#lib/env.ts";
import { messageOf } from "#lib/errors.ts";
import { installation } from "#lib/installation.ts";

/** A process that is to run as long as its supervisor. */
export interface Service {
	/** For people and for the log's file name. */
	readonly name: string;
	/** What this same Node is given. */
	readonly options: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Milliseconds to end in order when asked to. */
	readonly grace: number;
}

export interface SuperviseOptions {
	/** Aborts: end the service and return. */
	readonly signal: AbortSignal;
	/** Where the service's output goes, as `<name>.log`. */
	readonly logs: string;
	/** A line for the operator. */
	readonly say: (line: string) => void;
	/** The service is asked so often, milliseconds, whether it still answers. */
	readonly pingEvery?: number;
}

/** The first restart comes after so long, milliseconds; each further one after twice as long. */
const firstPause = 500;
const longestPause = 30_000;
/** A process that ran so long has recovered. */
const soundAfter = 60_000;
/** Logs grow to this size, bytes; one older file is kept. */
const maxLogSize = 10_000_000;

/** Keeps the service running until the signal aborts; returns when it has ended. */
export async function supervise(
	service: Service,
	{ signal, logs, say, pingEvery = 10_000 }: SuperviseOptions,
): Promise<void> {
	const log = join(logs, `${service.name}.log`);
	await again(
		async () => {
			const child = start(service, log);
			using watch = watchAnswers(child, pingEvery);
			const how = await endOf(child, { signal, grace: service.grace });
			const why = watch.hung() ? `it did not answer ${mostMissed} times in a row and was killed` : how;
			return `The ${service.name} process ended (${why}).${tail(log)}`;
		},
		{ signal, say },
	);
}

/**
 * Does something that is to last, again and again until the signal aborts; in between it waits, longer each time. What
 * `attempt` returns, or throws, says how it ended. @throws what `attempt` throws, unless `passes` says that it may pass.
 */
export async function again(
	attempt: () => Promise<string>,
	{
		signal,
		say,
		passes = () => true,
	}: Pick<SuperviseOptions, "signal" | "say"> & { readonly passes?: (error: unknown) => boolean },
): Promise<void> {
	for (let pause = firstPause; !signal.aborted; ) {
		const began = performance.now();
		const how = await attempt().catch((error: unknown) => {
			if (signal.aborted || passes(error)) return messageOf(error);
			throw error;
		});
		if (signal.aborted) return;
		if (performance.now() - began > soundAfter) pause = firstPause;
		say(`${how}\nIt is started again in ${pause / 1000} s.`);
		await sleep(pause, undefined, { signal }).catch(() => {});
		pause = Math.min(pause * 2, longestPause);
	}
}

/** In a process group of its own: Ctrl-C in a terminal reaches the supervisor, which ends it in order. */
function start({ options, env }: Service, log: string): ChildProcess {
	const output = openLog(log);
	try {
		return spawn(process.execPath, options, {
			cwd: installation,
			env: childEnvironment(env),
			detached: true,
			stdio: ["ignore", output, output, "ipc"],
		});
	} finally {
		closeSync(output);
	}
}

/** Pings in a row that go unanswered before a process counts as hanging: a minute, in which it renewed no lease either. */
const mostMissed = 6;

/**
 * Asks the process again and again whether it answers (see `end-with-parent.ts`), once it has answered for the first time,
 * and kills one that does not: it would hear no other signal. Pings are counted, not time, which passes while a machine sleeps.
 */
function watchAnswers(child: ChildProcess, pingEvery: number): Disposable & { readonly hung: () => boolean } {
	let missed: number | null = null;
	child.on("message", (message) => {
		if (message === "pong") missed = 0;
	});
	const timer = setInterval(() => {
		if (!child.connected) return;
		if (missed !== null && missed >= mostMissed) child.kill("SIGKILL");
		else child.send("ping", () => {});
		if (missed !== null) missed += 1;
	}, pingEvery);
	return { hung: () => (missed ?? 0) > mostMissed, [Symbol.dispose]: () => clearInterval(timer) };
}

async function endOf(child: ChildProcess, { signal, grace }: { signal: AbortSignal; grace: number }): Promise<string> {
	let timer: NodeJS.Timeout | undefined;
	const end = () => {
		child.kill("SIGTERM");
		timer = setTimeout(() => child.kill("SIGKILL"), grace);
	};
	signal.addEventListener("abort", end, { once: true });
	if (signal.aborted) end();
	try {
		const [status, killedBy]: [number | null, string | null] = await (once(child, "exit") as Promise<never>);
		return killedBy ?? `status ${status}`;
	} catch (error) {
		return String(error); // It could not be started at all.
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", end);
	}
}

function openLog(log: string): number {
	mkdirSync(join(log, ".."), { recursive: true, mode: 0o700 });
	if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > maxLogSize) renameSync(log, `${log}.1`);
	return openSync(log, "a", 0o600);
}

/** The last lines of a log, to be shown below what happened. */
export function tail(log: string, count = 5): string {
	const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-count);
	return ` The end of ${log}:\n${lines.map((line) => `  ${line.slice(0, 500)}`).join("\n")}`;
}
