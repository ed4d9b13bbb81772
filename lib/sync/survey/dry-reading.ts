import type { SourceInput } from "#lib/catalog/inputs.ts";
import { mendingOf } from "#lib/catalog/rejections/mending.ts";
import type { DryReading, ReadSample, StorageTest } from "#lib/catalog/storages/storage-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type Budget, type LookedThrough, lookThrough } from "./look-through.ts";
import { readSample } from "./read-sample.ts";

/** Matches that are read. */
const samplesRead = 10;
/** How many of them at once, at most: headers of remote files wait for the network. */
const atOnce = 4;

interface DryReadingOptions {
	readonly budget: Budget;
	/** For reading what was found, after it was found. */
	readonly readingMs: number;
	readonly signal: AbortSignal;
}

/** *Test* of a source: what a check of it would find, on a part of it. Nothing is written. @throws StorageError */
export async function dryReading(
	storage: Storage,
	source: SourceInput,
	{ budget, readingMs, signal }: DryReadingOptions,
): Promise<Omit<StorageTest, "milliseconds" | "facts">> {
	const looked = await lookThrough(storage, source, { budget, samples: samplesRead, signal });
	const { samples, isLate } = await readAll(storage, source, looked.matches, { readingMs, signal });
	const repeated = withRepeatedIds(samples);
	const cut = [
		...(looked.cut === null ? [] : [looked.cut]),
		...(isLate
			? [
					`Only ${repeated.length} of ${looked.matches.length} samples could be read within ${Math.round(readingMs / 1000)} s.`,
				]
			: []),
	];
	const { counts, problems, folders, files } = looked;
	const reading: DryReading = { counts, samples: repeated, cut: cut.length === 0 ? null : cut.join(" "), problems };
	return {
		ok: repeated.length === 0 || repeated.some(({ dataset }) => dataset !== null),
		message: [foundText(looked), readText(reading), ...looked.unmatched].filter(Boolean).join(" "),
		folders,
		files,
		matches: looked.matches.map(({ path, file }) => ({
			path,
			metadata: repeated.find((sample) => sample.path === path)?.metadata ?? file.metadata.map(({ name }) => name),
			size: file.entry.size,
		})),
		reading,
	};
}

async function readAll(
	storage: Storage,
	source: SourceInput,
	matches: LookedThrough["matches"],
	{ readingMs, signal }: Pick<DryReadingOptions, "readingMs" | "signal">,
): Promise<{ readonly samples: readonly ReadSample[]; readonly isLate: boolean }> {
	const timeout = AbortSignal.timeout(Math.ceil(readingMs));
	const limit = AbortSignal.any([signal, timeout]);
	const samples = new Map<number, ReadSample>();
	const pending = [...matches.entries()];
	const work = async () => {
		for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
			const [index, match] = next;
			samples.set(index, await readSample(storage, source, match, { signal: limit }));
		}
	};
	try {
		await Promise.all(Array.from({ length: Math.min(atOnce, storage.parallel) }, work));
	} catch (error) {
		if (!timeout.aborted || signal.aborted) throw error;
	}
	const inOrder = [...samples].toSorted(([a], [b]) => a - b).map(([, sample]) => sample);
	return { samples: inOrder, isLate: inOrder.length < matches.length };
}

/** Of two samples that claim one EO ID, a sync takes the first. */
function withRepeatedIds(samples: readonly ReadSample[]): readonly ReadSample[] {
	const pathById = new Map<string, string>();
	return samples.map((sample) => {
		if (sample.dataset === null) return sample;
		const { eoId } = sample.dataset;
		const first = pathById.get(eoId);
		if (first === undefined) {
			pathById.set(eoId, sample.path);
			return sample;
		}
		const reason = `its EO ID ${eoId} is that of ${first}, too; only one of them can have it`;
		return { ...sample, dataset: null, rejection: { code: "duplicate-eo-id", reason } };
	});
}

function foundText({ counts: { matched }, folders, files, cut }: LookedThrough): string {
	const among = `among ${formatPlural(files, "file")} in ${formatPlural(folders, "folder")}`;
	if (matched === 0) return `No file matches ${among}.`;
	return `${formatPlural(matched, "file")} ${matched === 1 ? "matches" : "match"} ${among}${cut === null ? "" : " so far"}.`;
}

function readText({ samples }: DryReading): string {
	const rejected = samples.filter(({ rejection }) => rejection !== null).length;
	if (samples.length === 0) return "";
	const read = samples.length === 1 ? "One was read" : `${samples.length} were read`;
	if (rejected === 0)
		return `${read}: ${samples.length === 1 ? "it" : "all of them"} would become ${samples.length === 1 ? "a dataset" : "datasets"}.`;
	const why = reasonsText(samples);
	if (rejected === samples.length)
		return `${read}: ${samples.length === 1 ? "it" : "every one"} would be rejected${why}.`;
	return `${read}: ${samples.length - rejected} would become ${samples.length - rejected === 1 ? "a dataset" : "datasets"}, ${rejected} would be rejected${why}.`;
}

/** In brackets: "no begin time: give a pattern for file names"; of several kinds of reasons what each is. */
function reasonsText(samples: DryReading["samples"]): string {
	const codes = [...new Set(samples.flatMap(({ rejection }) => rejection?.code ?? []))];
	const rejected = samples.filter(({ rejection }) => rejection !== null).length;
	const mendings = codes.map((code) => mendingOf(code, rejected));
	const hint = mendings.length === 1 ? mendings[0]?.hint : null;
	return ` (${mendings.map(({ what }) => what).join(", ")}${hint ? `: ${hint}` : ""})`;
}
