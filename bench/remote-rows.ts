import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment } from "#lib/env.ts";
import { type S3Config, storageConfig } from "#lib/storage/config.ts";
import { apache, startApache } from "#lib/storage/test-servers/apache.ts";
import { rclone, startRcloneWeb } from "#lib/storage/test-servers/rclone-web.ts";
import type { WebServer } from "#lib/storage/test-servers/web-server.ts";
import { alternate, type Measurement, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { RemoteListing } from "./remote-list.ts";
import type { Workplace } from "./workplace.ts";

/** Listing everything of a remote storage, as a sync does, against `rclone lsf -R` on the same server. */

const perFolder = 100;

export async function* webdavRows(_: Workplace, { entries, rounds }: BenchOptions): AsyncGenerator<Row> {
	const starts: Readonly<Record<string, (() => Promise<WebServer>) | null>> = {
		Apache: apache === null ? null : () => startApache({ listing: "webdav" }),
		"rclone serve": rclone === null ? null : () => startRcloneWeb("webdav"),
	};
	for (const [name, start] of Object.entries(starts)) {
		if (rclone === null || start === null) {
			console.log(`Skipped: WebDAV, ${name} (apt-get install rclone apache2-bin).`);
			continue;
		}
		await using server = await start();
		fill(server.root, entries);
		const config = { type: "http", url: server.url, listing: "webdav" };
		const peer = [":webdav:", "--webdav-url", server.url];
		// The first one would fill the server's caches for the other.
		await list(config);
		yield await listingRow(`WebDAV (${name}), ${grouped(entries)} entries`, { config, peer, rounds, files: entries });
	}
}

/** From the same machine, and as far away as servers are: 20 milliseconds a request. */
export async function* s3Rows(_: Workplace, { entries, rounds }: BenchOptions): AsyncGenerator<Row> {
	if (rclone === null) return void console.log("Skipped: S3 (apt-get install rclone).");
	for (const [where, delay] of [
		["", 0],
		[", 20 ms a request", 20],
	] as const) {
		await using server = await startS3(entries, delay);
		const { config, peer } = server;
		yield await listingRow(`S3${where}, ${grouped(entries)} entries`, { config, peer, rounds, files: entries });
	}
}

export async function startS3(entries: number, delay: number, inventory?: "inventory") {
	const program = join(import.meta.dirname, "s3-server.ts");
	const args = [...[entries, entries / perFolder, delay].map(String), ...(inventory === undefined ? [] : [inventory])];
	const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
	const line = await new Promise<string>((resolve, reject) => {
		child.stdout.setEncoding("utf8").once("data", resolve);
		child.on("error", reject).on("close", () => reject(new Error("The S3 server ended.")));
	});
	const config = storageConfig.parse(JSON.parse(line)) as S3Config;
	const { bucket, endpoint = "", region, accessKeyId = "", secretAccessKey = "" } = config;
	const at = [`:s3:${bucket}`, "--s3-provider", "Other", "--s3-endpoint", endpoint, "--s3-region", region];
	const keys = ["--s3-access-key-id", accessKeyId, "--s3-secret-access-key", secretAccessKey];
	// Else rclone asks for the metadata of every object, to learn times of its own.
	const peer = [...at, ...keys, "--s3-list-version", "2", "--use-server-modtime"];
	return {
		config,
		peer,
		[Symbol.asyncDispose]: async () => {
			child.kill();
		},
	};
}

interface Comparison {
	readonly config: unknown;
	/** rclone's name of the storage and how to reach it. */
	readonly peer: readonly string[];
	readonly rounds: number;
	readonly files: number;
	/** Requests that the server has counted so far, where the program cannot count them itself. */
	readonly counted?: () => Promise<number>;
}

export async function listingRow(work: string, { config, peer, rounds, files, counted }: Comparison): Promise<Row> {
	const listed: RemoteListing[] = [];
	let requestsCounted = 0;
	const [runs, peerRuns] = await alternate(
		rounds,
		async () => {
			const before = (await counted?.()) ?? 0;
			const { seconds, result } = await list(config);
			requestsCounted = ((await counted?.()) ?? 0) - before;
			if (result.files !== files) throw new Error(`${work}: ${result.files} of ${files} files were listed.`);
			listed.push(result);
			return { seconds } satisfies Measurement;
		},
		async () => {
			const options = ["--config", "", "--format", "pst", "--files-only"];
			const { seconds, output } = await run(rclone ?? "rclone", ["lsf", "-R", ...options, ...peer]);
			const lines = output.split("\n").length - 1;
			if (lines !== files) throw new Error(`${work}: rclone listed ${lines} of ${files} files.`);
			return { seconds } satisfies Measurement;
		},
	);
	const times = medianSeconds(peerRuns) / medianSeconds(runs);
	const requests = ((listed[0]?.requests || requestsCounted) / files) * 1000;
	const perThousand = requests === 0 ? "" : `${requests.toFixed(1)} requests per 1,000 entries, `;
	return {
		work: `listing: ${work}`,
		runs,
		peer: "rclone lsf -R --format pst",
		peerRuns,
		required: "≥ 1 × as fast",
		aim: "3 ×",
		reached: `${times.toFixed(1)} × as fast`,
		meets: times >= 1,
		note: `${perThousand}${grouped(listed[0]?.folders ?? 0)} folders; ${spawnSync(rclone ?? "rclone", ["version"], { encoding: "utf8" }).stdout.split("\n")[0]}`,
	};
}

/** @param listsFolder for the index of its list; left out: its folders are listed */
export async function list(config: unknown, listsFolder?: string) {
	const program = join(import.meta.dirname, "remote-list.js");
	const { seconds, output } = await run(process.execPath, [
		program,
		JSON.stringify(storageConfig.parse(config)),
		...(listsFolder === undefined ? [] : [listsFolder]),
	]);
	return { seconds, result: JSON.parse(output) as RemoteListing };
}

async function run(program: string, args: readonly string[]) {
	const began = performance.now();
	// rclone cannot use it, and reaches nothing that needs it.
	const env = childEnvironment({ AWS_CA_BUNDLE: "" });
	const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
	const parts: Buffer[] = [];
	child.stdout.on("data", (part: Buffer) => parts.push(part));
	const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
	if (status !== 0) throw new Error(`${program} ended with status ${status}.`);
	return { seconds: (performance.now() - began) / 1000, output: Buffer.concat(parts).toString() };
}

/** Small files: only their names, sizes and times are looked at. */
export function fill(root: string, files: number): void {
	for (let i = 0; i < files; i++) {
		const folder = join(root, `d${String(Math.floor(i / perFolder)).padStart(5, "0")}`);
		if (i % perFolder === 0) mkdirSync(folder);
		writeFileSync(join(folder, `scene_${String(i).padStart(7, "0")}.tif`), String(i));
	}
	chmodSync(root, 0o755);
}

export function grouped(count: number): string {
	return count.toLocaleString("en");
}
