import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "#lib/env.ts";
import { EosyncError, hasCode } from "#lib/errors.ts";
import { installation } from "#lib/installation.ts";
import { tail } from "#lib/jobs/supervise.ts";
import { isAlive } from "#lib/process-signal.ts";

const root = installation;
const folders = ["app", "components", "lib"];
const files = ["next.config.ts", "package-lock.json", "package.json", "postcss.config.mjs", "tsconfig.json"];
const built = join(root, ".next", "BUILD_ID");
/** Holds the hash of the sources that the build was made of. */
const stamp = join(root, ".next", "eosync-sources");
const lock = join(root, "node_modules", ".cache", "eosync-build.lock");

export interface BuildOptions {
	/** The path of the public address, which is built in. */
	readonly basePath?: string;
	/** EOSYNC_HOME/logs. */
	readonly logs: string;
	readonly say: (line: string) => void;
	readonly signal: AbortSignal;
}

/** Builds the dashboard when there is no build yet or its sources are other ones; of two starts only one builds. */
export async function buildDashboard({ basePath = "", logs, say, signal }: BuildOptions): Promise<void> {
	if (isBuilt(readSources(), basePath)) return;
	using _ = await enter({ say, signal });
	const sources = readSources();
	if (isBuilt(sources, basePath)) return;
	say("Building the dashboard; this happens once per version and takes about half a minute …");
	const began = Date.now();
	await build(join(logs, "build.log"), { basePath, signal });
	writeFileSync(stamp, stampOf(sources, basePath));
	say(`The dashboard is built (${Math.round((Date.now() - began) / 1000)} s).`);
}

interface Sources {
	readonly hash: string;
	/** The time of the newest file, milliseconds since 1970. */
	readonly newest: number;
}

function readSources(): Sources {
	const hash = createHash("sha256");
	let newest = 0;
	const below = folders.flatMap((folder) => filesBelow(folder));
	for (const file of [...below, ...files].sort()) {
		const path = join(root, file);
		hash.update(`${file}\0`).update(readFileSync(path)).update("\0");
		newest = Math.max(newest, statSync(path).mtimeMs);
	}
	return { hash: hash.digest("hex"), newest };
}

function filesBelow(folder: string): readonly string[] {
	const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
	const found = entries.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name));
	return found.map((entry) => join(entry.parentPath.slice(root.length + 1), entry.name));
}

const stampOf = ({ hash }: Sources, basePath: string) => `${hash}${basePath}`;

/** Also true for a build that another program made after the last change, `npm test` for instance: those are for no path. */
function isBuilt(sources: Sources, basePath: string): boolean {
	const build = statSync(built, { throwIfNoEntry: false });
	if (!build) return false;
	if (statSync(stamp, { throwIfNoEntry: false })) return readFileSync(stamp, "utf8") === stampOf(sources, basePath);
	return basePath === "" && build.mtimeMs > sources.newest;
}

async function build(log: string, { basePath, signal }: { readonly basePath: string; readonly signal: AbortSignal }) {
	mkdirSync(join(log, ".."), { recursive: true, mode: 0o700 });
	rmSync(stamp, { force: true });
	const output = openSync(log, "w", 0o600);
	const child = spawn(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
		cwd: root,
		// With CI Next says that a package is missing; without, it would install that by itself, and all for development with it.
		env: childEnvironment({
			EOSYNC_BASE_PATH: basePath,
			NODE_ENV: "production",
			NEXT_TELEMETRY_DISABLED: "1",
			CI: "1",
		}),
		stdio: ["ignore", output, output],
		signal,
	});
	closeSync(output);
	const [status] = await once(child, "exit");
	if (status !== 0) throw new EosyncError("build-failed", `The dashboard cannot be built.${tail(log, 20)}`);
}

/** Waits while another process builds; one that died while building does not count. */
async function enter({ say, signal }: Pick<BuildOptions, "say" | "signal">): Promise<Disposable> {
	mkdirSync(join(lock, ".."), { recursive: true });
	for (let hasSaidSo = false; ; hasSaidSo = true) {
		try {
			writeFileSync(lock, String(process.pid), { flag: "wx" });
			return { [Symbol.dispose]: () => rmSync(lock, { force: true }) };
		} catch (error) {
			if (!hasCode(error, "EEXIST")) throw error;
		}
		const holder = Number(readFileSync(lock, { encoding: "utf8", flag: "a+" }) || Number.NaN);
		if (!isAlive(holder)) rmSync(lock, { force: true });
		else if (!hasSaidSo) say(`Process ${holder} is building the dashboard; waiting for it …`);
		await sleep(200, undefined, { signal });
	}
}
