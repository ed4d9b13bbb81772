import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
	closeSync,
	existsSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	statSync,
} from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { basename, join } from "node:path";
import { isAlive } from "#lib/process-signal.ts";
import { giveTo, processOptions } from "./cluster.ts";
import type { Place } from "./place.ts";

/** What PostgreSQL wrote into `postmaster.pid`. */
export interface RunningServer {
	readonly pid: number;
	readonly port: number;
	readonly socketFolder: string;
	readonly ready: boolean;
}

/** The server that runs on this data folder, as far as its pid file and the process table show; null: none. */
export function findServer(data: string): RunningServer | null {
	const text = readIfThere(join(data, "postmaster.pid"));
	const [pid, , , port, socketFolder, , , status] = text?.split("\n") ?? [];
	if (!servesFolder(Number(pid), data)) {
		return null;
	}
	return { pid: Number(pid), port: Number(port), socketFolder: socketFolder ?? "", ready: status?.trim() === "ready" };
}

/**
 * Whether the process is a server on this data folder: a stale pid file may carry a number that another process has by
 * now, or one that ended and that its parent has not collected. PostgreSQL's processes work in their data folder.
 */
export function servesFolder(pid: number, data: string): boolean {
	if (process.platform === "linux") {
		return workingFolder(pid) === data;
	}
	return spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout.includes(data);
}

/** null: no such process (any more), or another user's. */
function workingFolder(pid: number | string): string | null {
	try {
		return readlinkSync(`/proc/${pid}/cwd`);
	} catch {
		return null;
	}
}

/** Starts the server on its data folder, in a process group of its own: Ctrl-C and a dead parent leave it alone. */
export function spawnServer(place: Place, bin: string): ChildProcess {
	giveTo(place.user, place.data);
	removeForeignPidFile(place.data);
	const log = openSync(place.log, "a", 0o600);
	try {
		const settings = Object.entries({ ...serverSettings, unix_socket_directories: socketFolder(place) });
		const options = settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
		const child: ChildProcess = spawn(join(bin, "postgres"), ["-D", place.data, ...options], {
			...processOptions(place.user),
			detached: true,
			stdio: ["ignore", log, log],
		});
		child.on("error", () => {}); // Seen by its exit code; the message is in the log or the binary is missing.
		child.unref();
		return child;
	} finally {
		closeSync(log);
	}
}

/** A catalogue's server for one machine: everything else as PostgreSQL has it, durability above all. */
const serverSettings = {
	listen_addresses: "",
	unix_socket_permissions: "0700",
	max_connections: "100",
	shared_buffers: `${sharedMegabytes(Math.min(totalmem(), process.constrainedMemory() || totalmem()))}MB`,
	max_wal_size: "1GB",
	jit: "off",
	timezone: "UTC",
	log_timezone: "UTC",
	log_checkpoints: "off",
};

/**
 * PostgreSQL's own default on a small machine, and on a larger one an eighth of its memory: the rows of a run of 100,000
 * changes, and what is to be logged of them, do not wait for the disk then.
 * @param memory bytes of the machine, or of the container that the process is in
 */
export function sharedMegabytes(memory: number): number {
	return Math.floor(Math.min(Math.max(memory / 2 ** 20 / 8, 128), 512));
}

/** The longest path of a Unix socket that every platform takes, less the socket's own name. */
const longestSocketFolder = 103 - "/.s.PGSQL.5432".length;

/**
 * The data folder, which only the server's user may enter; a private folder with a short name where that is too
 * long for a socket, or holds a character that PostgreSQL's list of folders cannot.
 */
function socketFolder({ data, user }: Place): string {
	if (Buffer.byteLength(data) <= longestSocketFolder && !/[,"\\]/.test(data)) {
		return data;
	}
	const parent = tmpdir().length < 60 ? tmpdir() : "/tmp";
	const folder = mkdtempSync(join(parent, "eosync-"));
	giveTo(user, folder);
	return folder;
}

export function removeSocketFolder({ data }: Place, folder: string): void {
	if (folder !== data && basename(folder).startsWith("eosync-")) {
		rmSync(folder, { recursive: true, force: true });
	}
}

/**
 * PostgreSQL does not start while any process has the number that its pid file names. Such a file is removed, unless a
 * process of the old server is left: it may still write to the data folder.
 */
function removeForeignPidFile(data: string): void {
	const file = join(data, "postmaster.pid");
	const stale = readIfThere(file);
	if (stale === null || !isAlive(Number.parseInt(stale, 10))) {
		return;
	}
	const left =
		process.platform === "linux"
			? readdirSync("/proc").some((name) => /^\d+$/.test(name) && workingFolder(name) === data)
			: findServer(data) !== null;
	if (!left && readIfThere(file) === stale) {
		rmSync(file, { force: true });
	}
}

function readIfThere(file: string): string | null {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") {
			return null;
		}
		throw error;
	}
}

/** Returns where the log ends now; begins a new file when the old one is long. */
export function startLog({ log }: Place): number {
	const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
	if (size > 10_000_000) {
		renameSync(log, `${log}.1`);
		return 0;
	}
	return size;
}

/** The end of what the server logged after `offset`, for messages. */
export function logTail({ log }: Place, offset: number): string {
	return existsSync(log) ? readFileSync(log).subarray(offset).toString("utf8").trim().slice(-2000) : "";
}
