import { Command } from "commander";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { examineAll } from "#lib/operations/doctor/doctor.ts";
import type { Finding } from "#lib/operations/doctor/finding.ts";

interface DoctorOptions {
	readonly sample: number;
	readonly full?: true;
	readonly json?: true;
}

export function doctorCommand(): Command {
	return new Command("doctor")
		.summary("check everything that eosync needs")
		.description(
			"Checks the database, the home, the clock, workers, storages and, for some datasets, whether the archive agrees with the catalogue, and says what to do. Changes nothing. Exit status 1 when something failed.",
		)
		.option("--sample <N>", "how many datasets to compare with the archive", parseSample, 100)
		.option("--full", "compare all of them")
		.option("--json", "one JSON object per line")
		.action((options: DoctorOptions) => examine(options));
}

async function examine({ sample, full, json }: DoctorOptions): Promise<void> {
	const stop = new AbortController();
	process.once("SIGINT", () => stop.abort()).once("SIGTERM", () => stop.abort());
	const counts = { ok: 0, warn: 0, fail: 0 };
	for await (const finding of examineAll(readEnv(), { sample: full ? "all" : sample, signal: stop.signal })) {
		counts[finding.status] += 1;
		if (json) await printJson(finding);
		else await print(toText(finding));
	}
	if (json) await printJson({ check: "summary", ...counts });
	else await print(`${counts.ok} in order, ${counts.warn} to look at, ${counts.fail} failed`);
	if (counts.fail > 0) process.exitCode = exitStatuses.failed;
	if (stop.signal.aborted) process.exitCode = exitStatuses.interrupted;
}

function toText({ check, status, message, advice }: Finding): string {
	const line = `${status.padEnd(4)}  ${check}: ${message}`;
	return advice === null ? line : `${line}\n      → ${advice}`;
}

function parseSample(text: string): number {
	if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--sample ${text} is not a number of datasets.`);
	return Number(text);
}
