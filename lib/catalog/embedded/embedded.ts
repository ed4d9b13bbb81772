import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { signalProcess } from "#lib/process-signal.ts";
import { prepareBinaries } from "./binaries.ts";
import { createCluster } from "./cluster.ts";
import { choosePlace, type Place } from "./place.ts";
import { findServer, logTail, removeSocketFolder, servesFolder, spawnServer, startLog } from "./process.ts";
import { enterServer, type ServerShare } from "./sharers.ts";

export interface EmbeddedServer {
	/** For `openDatabase`, of a database on this server. */
	urlOf(database: string): string;
	/** false: it ran already, started by another process. */
	readonly started: boolean;
	/** The server's process. */
	readonly pid: number;
	/** false: it was killed. */
	isRunning(): boolean;
	/** The server's log file. */
	readonly log: string;
	/** Leaves the server, and stops it when no other process uses it. Close your own clients first. */
	stop(): Promise<void>;
}

export interface StartEmbeddedOptions {
	/** EOSYNC_HOME; one home, one server. */
	readonly home: string;
	readonly signal?: AbortSignal;
}

/** Crash recovery after a power cut takes its time; a server that comes takes 0.1 s. */
const bootTimeout = 120_000;

/**
 * The PostgreSQL that belongs to this home: joined if it runs, else started, else made. Any number of processes may call
 * this at once and share one server; it outlives a process that is killed, and who leaves it last stops it.
 * @throws EosyncError with the end of the server's log when it does not come.
 */
export async function startEmbedded({ home, signal }: StartEmbeddedOptions): Promise<EmbeddedServer> {
	requireUnix();
	const place = choosePlace(home);
	const deadline = performance.now() + bootTimeout;
	const logStart = startLog(place);
	let child: ChildProcess | null = null;
	let lastError: unknown;
	for (;;) {
		// Once this process has started a server it goes on, enters it and leaves it in order: no other process would end it.
		const aborts = child === null ? signal : undefined;
		aborts?.throwIfAborted();
		const running = findServer(place.data);
		if (running?.ready) {
			try {
				const share = await enterServer(running, place.data);
				return embeddedServer(place, share, child?.pid === running.pid);
			} catch (error) {
				lastError = error; // It is just stopping, or hangs.
			}
		} else if (running === null && (child === null || hasEnded(child))) {
			if (child !== null) {
				requireAnotherTry(place, child, logStart);
				await pause(200);
			}
			const bin = prepareBinaries(place);
			await createCluster(place, bin, aborts);
			child = spawnServer(place, bin);
		}
		if (performance.now() > deadline) {
			throw notStarted(place, `it does not answer within ${bootTimeout / 1000} s`, logStart, lastError);
		}
		await pause(20, undefined, child !== null || signal === undefined ? {} : { signal });
	}
}

function embeddedServer(place: Place, share: ServerShare, started: boolean): EmbeddedServer {
	const { server } = share;
	return {
		urlOf: (database) => share.urlOf(database),
		started,
		pid: server.pid,
		isRunning: () => servesFolder(server.pid, place.data),
		log: place.log,
		stop: async () => {
			const last = await share.leave();
			if (last && servesFolder(server.pid, place.data)) {
				signalProcess(server.pid, "SIGINT"); // PostgreSQL's fast shutdown: ends sessions, writes everything.
				await waitForEnd(server.pid, place.data);
			}
			if (last) {
				removeSocketFolder(place, server.socketFolder);
			}
			await share.close();
		},
	};
}

async function waitForEnd(pid: number, data: string): Promise<void> {
	const deadline = performance.now() + 60_000;
	while (servesFolder(pid, data)) {
		if (performance.now() > deadline) {
			throw new EosyncError("database-not-stopped", `The embedded database (process ${pid}) did not stop within 60 s.`);
		}
		await pause(10);
	}
}

const hasEnded = (child: ChildProcess) =>
	child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** The server ended at once: another process was faster, or the old one's last children still go; or it cannot start. */
function requireAnotherTry(place: Place, child: ChildProcess, logStart: number): void {
	if (!/lock file ".*" already exists|pre-existing shared memory block/.test(logTail(place, logStart))) {
		const how =
			child.pid === undefined
				? "its program cannot be run"
				: `it ended with status ${child.exitCode ?? child.signalCode}`;
		throw notStarted(place, how, logStart);
	}
}

function notStarted(place: Place, how: string, logStart: number, cause?: unknown): EosyncError {
	const said = logTail(place, logStart) || (cause === undefined ? "nothing" : messageOf(cause));
	return new EosyncError(
		"database-not-started",
		`The embedded database in ${place.data} did not start: ${how}. Its log ${place.log} says:\n${said}`,
		{ cause },
	);
}

function requireUnix(): void {
	if (process.platform === "win32") {
		throw new EosyncError(
			"no-embedded-database",
			"The embedded database needs Linux or macOS (WSL will do): set DATABASE_URL to a PostgreSQL 14 or later.",
		);
	}
}
