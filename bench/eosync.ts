import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nodeFlags } from "#lib/cli/node-flags.ts";
import { childEnvironment } from "#lib/env.ts";
import type { Measurement } from "./measurement.ts";
import { releasedProgram } from "./released.ts";

/** The output of `eosync sync --json` about a run. */
export interface RunSummary {
	readonly run: number;
	readonly state: string;
	readonly seconds: number;
	readonly added: number;
	readonly removed: number;
	readonly updated: number;
	readonly unchanged: number;
}

export interface Sync extends Measurement {
	readonly summary: RunSummary;
}

/** `eosync …` as a user starts it, in a process of its own; `seconds` are of the process, `engineSeconds` of the run. */
export async function eosync(home: string, args: readonly string[]): Promise<Sync> {
	const usage = join(home, "usage.json");
	const env = childEnvironment({ EOSYNC_HOME: home, EOSYNC_BENCH_USAGE: usage });
	const hook = ["--import", join(import.meta.dirname, "report-usage.js")];
	const began = performance.now();
	const child = spawn(process.execPath, [...nodeFlags, ...hook, releasedProgram, ...args, "--json"], {
		env,
		stdio: ["ignore", "pipe", "inherit"],
	});
	let output = "";
	// Only the last line matters, of possibly many; it tells of thousands of containers.
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		output = (output + text).slice(-2_000_000);
	});
	const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
	const seconds = (performance.now() - began) / 1000;
	const { runs } = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as { readonly runs: readonly RunSummary[] };
	const [summary] = runs;
	if (status !== 0 || !summary) throw new Error(`eosync ${args.join(" ")} ended with status ${status}: ${output}`);
	const { peakMegabytes, cpuSeconds } = JSON.parse(readFileSync(usage, "utf8"));
	rmSync(usage);
	return { seconds, engineSeconds: summary.seconds, peakMegabytes, cpuSeconds, summary };
}
