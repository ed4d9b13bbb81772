import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import type { Database } from "#lib/catalog/database/database.ts";
import { growthExponent, type Measurement, median, medianSeconds, type Row } from "./measurement.ts";
import { sizeOnDisk } from "./size.ts";

/** Writes the report: who measured what on what, every raw run, and what the table of the requirements says to it. */
export async function writeReport(rows: readonly Row[], database: Database, command: string): Promise<string> {
	return [
		"# Benchmark",
		`\`${command}\`, ${new Date().toISOString()}`,
		await machine(database),
		"Programs that are compared run in turn (A B A B …); ratios are of the medians of one such sequence. Times are of the whole process as a user waits for it, the database running already and everything in the page cache.",
		table(rows),
		growth(rows),
		await sizeOnDisk(database),
		"## Raw runs",
		...rows.map(rawRuns),
	]
		.filter((part) => part !== "")
		.join("\n\n");
}

async function machine({ sql }: Database): Promise<string> {
	const [server] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
	const [cpu] = cpus();
	const load = loadavg().map((value) => value.toFixed(1));
	return [
		`- Machine: ${availableParallelism()} × ${cpu?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${release()}`,
		`- Node ${process.version}, PostgreSQL ${server?.version}, ${versionOf("find", "--version")}, GDAL ${versionOf("/usr/bin/python3", "-c", "from osgeo import gdal; print(gdal.__version__)")}`,
		`- Load of the machine at the end (1, 5, 15 minutes): ${load.join(", ")}`,
	].join("\n");
}

function versionOf(program: string, ...args: readonly string[]): string {
	try {
		return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0] ?? "";
	} catch {
		return "not there";
	}
}

function table(rows: readonly Row[]): string {
	const lines = rows.map((row) => {
		const peak = Math.max(...row.runs.map(({ peakMegabytes = 0 }) => peakMegabytes));
		const engine = median(row.runs.map(({ engineSeconds = Number.NaN }) => engineSeconds));
		const cells = [
			row.work,
			seconds(medianSeconds(row.runs)),
			Number.isNaN(engine) ? "" : seconds(engine),
			row.peer ?? "",
			row.peerRuns ? seconds(medianSeconds(row.peerRuns)) : "",
			`**${row.reached}**`,
			row.required,
			row.aim,
			row.required === "" ? "" : row.meets ? "yes" : "no",
			peak === 0 ? "" : `${peak.toFixed(0)} MB`,
		];
		return `| ${cells.join(" | ")} |`;
	});
	const head =
		"| work | median | engine alone | peer | median | reached | must | aim | met | peak memory |\n|---|---|---|---|---|---|---|---|---|---|";
	return [head, ...lines].join("\n");
}

/** From the smallest to the largest size of a series. */
function growth(rows: readonly Row[]): string {
	const series = Map.groupBy(
		rows.filter(({ size }) => size !== undefined),
		({ size }) => size?.series ?? "",
	);
	const lines = [...series].map(([name, members]) => {
		const of = (time: (run: Measurement) => number) =>
			growthExponent(
				members.map(({ size, runs }) => ({ size: size?.count ?? 1, seconds: median(runs.map(time)) })),
			).toFixed(2);
		const sizes = members.map(({ size }) => size?.count.toLocaleString("en")).join(", ");
		return `- ${name} (${sizes}): exponent ${of((run) => run.seconds)} for the process, ${of((run) => run.engineSeconds ?? run.seconds)} for the engine alone`;
	});
	return lines.length === 0
		? ""
		: `## Growth\n\nTime grows as size to the power of (1: linear):\n\n${lines.join("\n")}`;
}

/** Every run that was made for the row, in order. */
export function rawRuns({ work, peer, runs, peerRuns, note }: Row): string {
	const lines = [`- ${work}: ${runs.map(raw).join("; ")}`];
	if (peerRuns) lines.push(`- ${peer}: ${peerRuns.map(raw).join("; ")}`);
	if (note) lines.push(`- ${note}`);
	return lines.join("\n");
}

function raw({ seconds: all, engineSeconds, peakMegabytes, cpuSeconds }: Measurement): string {
	const parts = [seconds(all)];
	if (engineSeconds !== undefined) parts.push(`engine ${seconds(engineSeconds)}`);
	if (cpuSeconds !== undefined) parts.push(`CPU ${seconds(cpuSeconds)}`);
	if (peakMegabytes !== undefined) parts.push(`${peakMegabytes.toFixed(0)} MB`);
	return parts.join(", ");
}

function seconds(value: number): string {
	return value < 0.5 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`;
}
