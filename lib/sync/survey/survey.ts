import type { SourceInput } from "#lib/catalog/inputs.ts";
import { metadataNameOf } from "#lib/catalog/metadata-place.ts";
import type { Suggestion, Survey } from "#lib/catalog/storages/survey-views.ts";
import { guessFileName } from "#lib/metadata/guess-file-name.ts";
import { formatPlural } from "#lib/numbers.ts";
import { baseName } from "#lib/paths.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { matcherOf } from "#lib/sync/match/match.ts";
import { withMetadata } from "#lib/sync/storages/with-metadata.ts";
import { collect, withListings } from "./collect.ts";
import { dryReading } from "./dry-reading.ts";
import { kindsOf } from "./file-kinds.ts";
import { lookThrough } from "./look-through.ts";
import { type Proposal, propose } from "./propose.ts";

interface SurveyOptions {
	/** The storage's name. */
	readonly name: string;
	/** Below its root. */
	readonly path: string;
	/** For all of it, listing and reading. */
	readonly milliseconds: number;
	readonly signal: AbortSignal;
}

/** Files and folders that are held in memory. */
const entriesAtMost = 200_000;
const suggestionsAtMost = 40;
const namesForGuess = 50;

/**
 * Looks what lies below a folder and which sources could be made of it. Each suggestion was tried: some of its files were read as a sync
 * would. Listed once; nothing is kept. @throws StorageError when the folder cannot be listed
 */
export async function survey(storage: Storage, { name, path, milliseconds, signal }: SurveyOptions): Promise<Survey> {
	const began = performance.now();
	const left = () => milliseconds - (performance.now() - began);
	const budget = { milliseconds: milliseconds * 0.4, entries: entriesAtMost };
	const { listings, files, leftOut, cut, problems } = await collect(storage, path, { budget, signal });
	const listed = withListings(storage, path, listings);
	const suggestions: Suggestion[] = [];
	const proposals = propose(name, path, listings);
	let untried = 0;
	for (const proposal of proposals.slice(0, suggestionsAtMost)) {
		if (left() < 500) {
			untried += 1;
			continue;
		}
		const suggestion = await tryOut(listed, proposal, { milliseconds: Math.max(500, left() / 2), signal });
		if (suggestion !== null) suggestions.push(suggestion);
	}
	const late = untried === 0 ? [] : [`There was no time to try ${untried} more of them.`];
	const further = proposals.length - suggestionsAtMost;
	if (further > 0)
		late.push(
			`${formatPlural(further, "further group")} of files ${further === 1 ? "is" : "are"} not suggested: look through a folder below.`,
		);
	const all = [...listings.values()].flatMap(({ files }) => files ?? []);
	return {
		storage: name,
		path,
		folders: listings.size,
		files,
		bytes: all.reduce((sum, { size }) => sum + size, 0),
		leftOut,
		kinds: kindsOf(listings),
		suggestions: suggestions.toSorted(byUse),
		cut: [...(cut === null ? [] : [cut]), ...late].join(" ") || null,
		problems,
		milliseconds: Math.round(performance.now() - began),
	};
}

/** Those of which something can be read come first, then those with most matches. */
function byUse(a: Suggestion, b: Suggestion): number {
	const readable = ({ reading }: Suggestion) => Number(reading.samples.some(({ dataset }) => dataset !== null));
	return readable(b) - readable(a) || b.reading.counts.matched - a.reading.counts.matched;
}

interface TrialOptions {
	readonly milliseconds: number;
	readonly signal: AbortSignal;
}

/** null: nothing matches. */
async function tryOut(storage: Storage, proposal: Proposal, options: TrialOptions): Promise<Suggestion | null> {
	const { title, container, notes } = proposal;
	let { source } = proposal;
	let tested = await readDry(storage, source, options);
	if ((tested.reading?.counts.matched ?? 0) === 0) return null;
	const further: string[] = [];
	if (tested.reading?.samples.some(({ rejection }) => rejection?.code === "no-time")) {
		const names = await namesOf(storage, source, options);
		const guess = guessFileName(names, source.timeZone);
		if (guess !== null) {
			source = { ...source, fileName: guess.pattern };
			tested = await readDry(storage, source, options);
			further.push(
				`A pattern reads the time from the name: it fits ${guess.read} of ${names.length} names that were tried.${guess.isCoarse ? " It is a year or month alone, and each file counts for the whole of it: see whether that is meant." : ""}`,
			);
		}
	}
	const { reading, message } = tested;
	if (reading === null) return null;
	return {
		title,
		container,
		source,
		reading,
		message,
		readers: readersOf(reading.samples),
		notes: [...notes, ...further],
	};
}

async function readDry(storage: Storage, source: SourceInput, { milliseconds, signal }: TrialOptions) {
	const both = withMetadataOf(storage, source);
	const budget = { milliseconds, entries: Number.POSITIVE_INFINITY };
	return dryReading(both, source, { budget, readingMs: milliseconds, signal });
}

async function namesOf(storage: Storage, source: SourceInput, { milliseconds, signal }: TrialOptions) {
	const budget = { milliseconds, entries: Number.POSITIVE_INFINITY };
	const { matches } = await lookThrough(storage, source, { budget, samples: namesForGuess, signal });
	return matches.map(({ path }) => baseName(path));
}

/** Metadata in another folder of the same storage. */
function withMetadataOf(storage: Storage, source: SourceInput): Storage {
	const { metadataStorage: name, metadataPath: template, path: sourcePath } = source;
	if (name === null) return storage;
	return withMetadata(storage, { storage, name, template, sourcePath, matcher: matcherOf(source) });
}

function readersOf(samples: Suggestion["reading"]["samples"]): readonly string[] {
	const formats = samples.flatMap(({ format, dataset }) => [
		...(format === null ? [] : [format]),
		...(dataset === null ? [] : formatsIn(Object.values(dataset.told))),
	]);
	return [...new Set(formats)];
}

/** `scene.xml (EO-O&M)`: the formats in brackets. */
function formatsIn(told: readonly string[]): readonly string[] {
	return told.flatMap((text) => /\(([^()]+)\)$/.exec(metadataNameOf(text) ?? text)?.[1] ?? []);
}
