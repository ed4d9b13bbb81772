import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Database } from "#lib/catalog/database/database.ts";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { childEnvironment } from "#lib/env.ts";
import { baseName } from "#lib/paths.ts";

/** Gives commands. */
export interface Commands {
	run(...options: readonly string[]): Promise<Finished>;
	/** The objects that a command printed with `--json`. */
	json(...options: readonly string[]): Promise<{ readonly status: number | null; readonly lines: readonly unknown[] }>;
}

/**
 * The command line on a test's own database and archive. Its commands run one after another in a process that is started
 * once: to start one takes longer than most commands.
 */
export interface Cli extends Commands, Disposable {
	/** Where archive and configuration files lie. */
	readonly folder: string;
	/** Each command in a process of its own: for tests of how it ends, or of several at once. */
	readonly alone: Commands;
	start(...options: readonly string[]): ChildProcess;
	/** Writes a file below `folder`; text or bytes. */
	write(path: string, content: string | Uint8Array): void;
	/** A data file with its metadata, valid in every respect. */
	writeScene(path: string, options?: { readonly begin?: string }): void;
	remove(path: string): void;
}

export interface Finished {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

const main = join(import.meta.dirname, "main.js");

/** @param stdout where what it prints goes: an open file instead of the test */
export function openCli(
	database: Pick<Database, "url">,
	env: Readonly<Record<string, string>> = {},
	stdout: "pipe" | number = "pipe",
): Cli {
	const folder = mkdtempSync(join(tmpdir(), "eosync cli "));
	const environment = childEnvironment({
		DATABASE_URL: database.url,
		EOSYNC_HOME: join(folder, "home"),
		PORT: "",
		LOG_LEVEL: "warn",
		...env,
	});
	const start = (...options: readonly string[]) =>
		spawn(process.execPath, [main, ...options], { cwd: folder, env: environment, stdio: ["ignore", stdout, "pipe"] });
	const runAlone: Commands["run"] = async (...options) => {
		const child = start(...options);
		const [stdout, stderr, [status]] = await Promise.all([
			text(child.stdout ?? Readable.from([])),
			text(child.stderr ?? Readable.from([])),
			once(child, "exit"),
		]);
		return { status, stdout, stderr };
	};
	const session = openSession(folder, environment);
	const write = (path: string, content: string | Uint8Array) => {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), content);
	};
	return {
		folder,
		start,
		write,
		run: session.run,
		json: jsonOf(session.run),
		alone: { run: runAlone, json: jsonOf(runAlone) },
		writeScene(path, { begin = "2006-08-16T09:09:29Z" } = {}) {
			const stem = path.replace(/\.\w+$/, "");
			const eoId = baseName(stem);
			const georeference = { origin: [14, 49], pixelSize: [0.1, 0.1] } as const;
			write(path, writeGeoTiff({ size: [16, 16], bands: 3, crs: 4326, georeference }));
			write(
				`${stem}.xml`,
				writeEoOm({ eoId, begin, end: begin, footprint: null, properties: { platform: "ENVISAT" } }),
			);
		},
		remove: (path) => rmSync(join(folder, path), { recursive: true, force: true }),
		[Symbol.dispose]: () => {
			session.end();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function jsonOf(run: Commands["run"]): Commands["json"] {
	return async (...options) => {
		const { status, stdout, stderr } = await run(...options, "--json");
		const lines = stdout.split("\n").filter((line) => line !== "");
		if (lines.length === 0) throw new Error(`${options.join(" ")} printed nothing (status ${status}): ${stderr}`);
		return { status, lines: lines.map((line): unknown => JSON.parse(line)) };
	};
}

/** Starts its process with the first command. */
function openSession(folder: string, env: NodeJS.ProcessEnv) {
	const begin = () => {
		const child = spawn(process.execPath, [join(import.meta.dirname, "testing-session.js")], {
			cwd: folder,
			env,
			stdio: ["pipe", "pipe", "inherit"],
		});
		return { child, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
	};
	let begun: ReturnType<typeof begin> | null = null;
	const run: Commands["run"] = async (...options) => {
		begun ??= begin();
		begun.child.stdin.write(`${JSON.stringify(options)}\n`);
		const { value, done } = await begun.answers.next();
		if (done) throw new Error(`The process ended at ${options.join(" ")}.`);
		return JSON.parse(value);
	};
	return { run, end: () => begun?.child.stdin.end() };
}
