import type { ReadSample, SourceCounts, StorageTest } from "#lib/catalog/storages/storage-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { baseName } from "#lib/paths.ts";
import { instantCell } from "./table.ts";

/** What *Test* found, as rows of a table. */
export function testRows(test: StorageTest): readonly (readonly string[])[] {
	const { message, folders, files, milliseconds, facts, matches, reading } = test;
	return [
		["Answer", message],
		["Listing", `${formatPlural(folders, "folder")}, ${formatPlural(files, "file")} in ${milliseconds} ms`],
		...(facts === null
			? []
			: [
					["Times", facts.times],
					["Versions", facts.versions ? "reported" : "not reported"],
					["Ranges", facts.ranges ? "a part of a file can be read" : "files are read whole"],
					...facts.notes.map((note) => ["Note", note]),
				]),
		...(reading === null
			? matches.map(({ path }) => ["File", path])
			: [
					["Names", countsText(reading.counts)],
					...(reading.cut === null ? [] : [["Note", reading.cut]]),
					...reading.problems.map((problem) => ["Problem", problem]),
					...reading.samples.map((sample) => [sample.dataset ? "Dataset" : "Rejected", sampleText(sample)]),
				]),
	];
}

export function countsText(counts: SourceCounts): string {
	const words = {
		matched: "matched",
		excluded: "excluded",
		belonging: "belonging to them",
		others: "others",
		hidden: "with a dot skipped",
		links: "links skipped",
		special: "special files skipped",
		unreadable: "unreadable",
	} as const satisfies Record<keyof SourceCounts, string>;
	return (Object.keys(words) as (keyof SourceCounts)[])
		.filter((key) => key === "matched" || counts[key] > 0)
		.map((key) => `${counts[key]} ${words[key]}`)
		.join(", ");
}

/** The path says it already. */
function withoutName(reason: string, path: string): string {
	const name = `${baseName(path)}: `;
	return reason.startsWith(name) ? reason.slice(name.length) : reason;
}

export function sampleText({ path, format, dataset, rejection }: ReadSample): string {
	if (dataset === null) return `${path}: ${withoutName(rejection?.reason ?? "", path)}`;
	const { eoId, begin, end, wholePeriod, place, told } = dataset;
	const until =
		begin === end
			? ""
			: ` to ${instantCell(end)}${wholePeriod === null ? "" : ` (a ${wholePeriod === "day" ? "date" : wholePeriod} alone is the whole ${wholePeriod})`}`;
	const [west, south, east, north] = place.map((value) => value.toFixed(2));
	return `${path}: ${eoId} (${told.eoId}), ${instantCell(begin)}${until} (${told.begin}), ${west},${south},${east},${north} (${told.footprint})${format === null ? "" : `, ${format}`}`;
}
