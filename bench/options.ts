import { parseArgs } from "node:util";

export interface BenchOptions {
	/** Of the tree; also a tenth and a hundredth of it are measured. */
	readonly files: number;
	/** Of the flat folder; half of them are removed in the end. */
	readonly flat: number;
	readonly pairs: number;
	readonly changed: number;
	readonly containers: number;
	/** Of each remote storage. */
	readonly entries: number;
	/** Of the bucket that an inventory shows. */
	readonly keys: number;
	/** Pushed to an EOxServer, and removed. */
	readonly coverages: number;
	/** How often each pair of programs runs in turn. */
	readonly rounds: number;
	/** Names of rows; empty: all. */
	readonly only: readonly string[];
	/** Write `bench/REPORT.md`. */
	readonly report: boolean;
	/** `dist/` is what is to be measured; else it is made first. */
	readonly built: boolean;
	/** Where archives and database are made; undefined: the system's temporary folder. */
	readonly folder: string | undefined;
}

const number = (standard: number) => ({ type: "string", default: String(standard) }) as const;

export function readOptions(args: readonly string[]): BenchOptions {
	const { values } = parseArgs({
		args: [...args],
		options: {
			files: number(1_000_000),
			flat: number(200_000),
			pairs: number(100_000),
			changed: number(1000),
			containers: number(2000),
			entries: number(100_000),
			keys: number(1_000_000),
			coverages: number(10_000),
			rounds: number(3),
			only: { type: "string", default: "" },
			report: { type: "boolean", default: false },
			built: { type: "boolean", default: false },
			folder: { type: "string" },
		},
	});
	const { only, report, built, folder, ...counts } = values;
	const { files, flat, pairs, changed, containers, entries, keys, coverages, rounds } = counts;
	return {
		files: countOf("files", files),
		flat: countOf("flat", flat),
		pairs: countOf("pairs", pairs),
		changed: countOf("changed", changed),
		containers: countOf("containers", containers),
		entries: countOf("entries", entries),
		keys: countOf("keys", keys),
		coverages: countOf("coverages", coverages),
		rounds: countOf("rounds", rounds),
		only: only === "" ? [] : only.split(","),
		report,
		built,
		folder,
	};
}

function countOf(name: string, text: string): number {
	const count = Number(text);
	if (Number.isInteger(count) && count > 0) return count;
	throw new Error(`--${name} ${text} is not a number of runs.`);
}
