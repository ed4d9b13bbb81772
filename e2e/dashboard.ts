import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

/** `eosync serve` with a home of its own, as an operator starts it. */
export interface Dashboard {
	readonly url: string;
	/** A folder for the files of the tests. */
	readonly archive: string;
	/** The number of the process that serves the pages; Linux only. Throws while there is none. */
	webProcess(): number;
	/** Runs the command line on the same home. */
	eosync(...args: readonly string[]): Promise<Outcome>;
	/** Brings storages and containers in line with this, like a configuration file with `--prune`. */
	configure(configuration: DashboardConfiguration): Promise<void>;
}

/** The objects that `--json` prints, one a line. */
export function jsonLines(stdout: string) {
	return stdout
		.split("\n")
		.filter(Boolean)
		.map((line) => JSON.parse(line));
}

/** A dashboard that was just started: there is no user yet. */
export interface StartedDashboard extends Dashboard {
	/** The link that it printed: it makes the first administrator. */
	readonly setUpLink: string;
	/** Starts a further process of the command line on the same home; the caller ends it. */
	spawn(...args: readonly string[]): ChildProcess;
	stop(): Promise<void>;
}

export interface Outcome {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** As in a configuration file; missing fields have their defaults. */
export interface DashboardConfiguration {
	readonly storages?: readonly object[];
	readonly containers?: readonly object[];
	readonly targets?: readonly object[];
}

/** Resolves when it answers. */
export async function startDashboard(
	variables: Readonly<Record<string, string>> = {},
	options: readonly string[] = [],
): Promise<StartedDashboard> {
	const folder = mkdtempSync(join(tmpdir(), "eosync-e2e-"));
	chmodSync(folder, 0o755); // As root the embedded database runs as another user.
	const archive = join(folder, "archive");
	mkdirSync(archive);
	const own = { EOSYNC_HOME: join(folder, "home"), DATABASE_URL: "", LOG_LEVEL: "warn" };
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	// Commands print links to where the server is.
	const env = { ...process.env, ...own, PORT: String(port), ...variables };
	const server = spawn(process.execPath, [main, "serve", ...options], { env, stdio: ["ignore", "pipe", "inherit"] });
	const eosync = (...args: readonly string[]) => runProgram(args, env);
	const configurator = startConfigurator(env);
	const stopAll = async () => {
		await configurator.stop();
		await stop(server);
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		const setUpLink = await linkIn(server.stdout);
		await waitUntilReady(server, url);
		return {
			url,
			archive,
			eosync,
			configure: configurator.configure,
			setUpLink,
			spawn: (...args) => spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "ignore", "inherit"] }),
			webProcess: () => webProcess(server.pid ?? Number.NaN),
			stop: stopAll,
		};
	} catch (error) {
		await stopAll();
		throw error;
	}
}

/** Among those that `eosync serve` looks after. */
function webProcess(serve: number): number {
	for (const pid of readFileSync(`/proc/${serve}/task/${serve}/children`, "utf8").split(" ").filter(Boolean))
		if (/next/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) return Number(pid);
	throw new Error("There is no process for the pages.");
}

/** Waits for the first one-time link; passes the output on to our own. */
async function linkIn(output: Readable): Promise<string> {
	let printed = "";
	for await (const chunk of output.iterator({ destroyOnReturn: false })) {
		process.stdout.write(chunk);
		printed += String(chunk);
		const [link] = /http\S+\/set-up\?link=[\w-]+/.exec(printed) ?? [];
		if (link === undefined) continue;
		output.pipe(process.stdout, { end: false });
		return link;
	}
	throw new Error("eosync serve ended before it printed a link.");
}

const main = join(import.meta.dirname, "../lib/cli/main.js");

/** Commands take a second to start, and every journey begins with a configuration: one process writes them all. */
function startConfigurator(env: NodeJS.ProcessEnv) {
	let configurator: ChildProcess | undefined;
	return {
		configure: async (configuration: DashboardConfiguration) => {
			configurator ??= fork(join(import.meta.dirname, "configurator.ts"), { env, execArgv: [], stdio: "inherit" });
			// The listener that loses the race would stay, one for each configuration.
			const listening = new AbortController();
			const { signal } = listening;
			const answered = Promise.race([
				once(configurator, "message", { signal }),
				once(configurator, "exit", { signal }).then(() => ["It ended."]),
			]);
			configurator.send(JSON.stringify(configuration));
			const [problem] = await answered.finally(() => listening.abort());
			if (problem !== null) throw new Error(`The catalogue cannot be configured: ${problem}`);
		},
		stop: async () => {
			if (configurator === undefined || configurator.exitCode !== null) return;
			const ended = once(configurator, "exit");
			configurator.disconnect();
			await ended;
		},
	};
}

function runProgram(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
	return run([main, ...args], env);
}

/** Not waiting in the meantime: the pages go on. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
	const program = spawn(process.execPath, args, {
		cwd: join(import.meta.dirname, ".."),
		env,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const [[status], stdout, stderr] = await Promise.all([
		once(program, "close") as Promise<[number | null]>,
		text(program.stdout),
		text(program.stderr),
	]);
	return { status, stdout, stderr };
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
	const deadline = Date.now() + 150_000;
	for (;;) {
		if (server.exitCode !== null || server.signalCode !== null) {
			throw new Error(`eosync serve ended with ${server.exitCode ?? server.signalCode} before it answered.`);
		}
		const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5000) }).catch(() => null);
		if (answer !== null && answer.status < 500) {
			return;
		}
		if (Date.now() > deadline) {
			throw new Error(`eosync serve does not answer at ${url}; last: ${answer?.status ?? "no answer"}.`);
		}
		await pause(100);
	}
}

/** As Ctrl-C does; a server that does not end by itself is a defect, and reported as one. */
async function stop(server: ChildProcess): Promise<void> {
	if (server.exitCode !== null || server.signalCode !== null) {
		return;
	}
	const ended = once(server, "exit");
	server.kill("SIGTERM");
	const inTime = await Promise.race([ended.then(() => true), pause(20_000, false, { ref: false })]);
	if (!inTime) {
		server.kill("SIGKILL");
		throw new Error("eosync serve did not end within 20 s of SIGTERM.");
	}
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, "127.0.0.1");
	await once(probe, "listening");
	const address = probe.address();
	probe.close();
	return typeof address === "object" && address !== null ? address.port : 0;
}
