import { Check, X } from "lucide-react";
import { reasonAdvice } from "#components/changes/change-words.ts";
import { formatBytes, formatInstant } from "#components/ui/format.ts";
import type { DryReading, ReadSample, SampleDataset, SourceCounts } from "#lib/catalog/storages/storage-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { skippedInWords } from "./skipped-words.ts";
import { Warning } from "./warning.tsx";

/** What a sync would make of a source: what its names are, and some of its files as they would be read. */
export function DryReadingView({ reading }: { readonly reading: DryReading }) {
	const { counts, samples, cut, problems } = reading;
	return (
		<div className="space-y-2">
			<p className="flex flex-wrap gap-x-4 gap-y-0.5 text-fine text-muted">
				{countsInWords(counts).map((text) => (
					<span key={text}>{text}</span>
				))}
			</p>
			{cut === null ? null : <Warning text={cut} />}
			{problems.map((problem) => (
				<Warning key={problem} text={problem} />
			))}
			{samples.length > 0 ? (
				<ul aria-label="Samples" className="divide-y border-t">
					{samples.map((sample) => (
						<li key={sample.path} className="py-1.5">
							<Sample sample={sample} />
						</li>
					))}
				</ul>
			) : null}
		</div>
	);
}

/** Only those there are, but for the matches. */
function countsInWords(counts: SourceCounts): readonly string[] {
	const { matched, excluded, belonging, others } = counts;
	const words: readonly (readonly [number, string])[] = [
		[excluded, `${formatCount(excluded)} excluded`],
		[belonging, `${formatPlural(belonging, "belongs", "belong")} to them`],
		[others, formatPlural(others, "other file")],
	];
	return [
		`${formatCount(matched)} matched`,
		...words.flatMap(([count, text]) => (count === 0 ? [] : [text])),
		...skippedInWords(counts),
	];
}

function Sample({ sample }: { readonly sample: ReadSample }) {
	const { path, metadata, size, format, dataset, rejection } = sample;
	return (
		<div className="flex items-start gap-1.5">
			{dataset ? (
				<Check
					aria-label="would become a dataset"
					className="mt-0.5 size-3.5 shrink-0 text-in-sync"
					strokeWidth={2.5}
				/>
			) : (
				<X aria-label="would be rejected" className="mt-0.5 size-3.5 shrink-0 text-rejected" strokeWidth={2.5} />
			)}
			<div className="min-w-0 flex-1 space-y-0.5">
				<p className="flex flex-wrap items-baseline gap-x-3 font-mono text-fine">
					<span className="min-w-0 break-all">{path}</span>
					{metadata.length > 0 ? <span className="break-all text-muted">with {metadata.join(", ")}</span> : null}
					<span className="ml-auto font-sans text-faint" title={`${formatPlural(size, "byte")}`}>
						{format === null ? "" : `${format}, `}
						{formatBytes(size)}
					</span>
				</p>
				{dataset ? <Facts dataset={dataset} /> : null}
				{rejection ? (
					<>
						<p className="break-words text-rejected">{rejection.reason}</p>
						<p className="text-fine text-muted">{reasonAdvice(rejection.code)}</p>
					</>
				) : null}
			</div>
		</div>
	);
}

function Facts({ dataset }: { readonly dataset: SampleDataset }) {
	const { eoId, begin, end, wholePeriod, place, told } = dataset;
	const facts = [
		["EO ID", eoId, told.eoId],
		["begin", formatInstant(begin), told.begin],
		[
			"end",
			begin === end
				? "the same"
				: `${formatInstant(end)}${wholePeriod === null ? "" : `, a ${wholePeriod === "day" ? "date" : wholePeriod} alone is the whole ${wholePeriod}`}`,
			told.end,
		],
		["place", placeText(place), told.footprint],
	] as const;
	return (
		<dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-fine">
			{facts.map(([name, value, origin]) => (
				<div key={name} className="contents">
					<dt className="text-faint">{name}</dt>
					<dd className="min-w-0 break-words">
						<span className={name === "EO ID" ? "break-all font-mono" : "tabular-nums"}>{value}</span>{" "}
						<span className="text-muted">by {origin}</span>
					</dd>
				</div>
			))}
		</dl>
	);
}

/** `10.0° … 11.0° E, 49.0° … 50.0° N`, with signs instead of letters where both sides are meant. */
function placeText([west, south, east, north]: SampleDataset["place"]): string {
	const range = (from: number, to: number, positive: string, negative: string) => {
		const [a, b] = from < 0 && to <= 0 ? [Math.abs(to), Math.abs(from)] : [from, to];
		const letter = from >= 0 && to >= 0 ? positive : from <= 0 && to <= 0 ? negative : positive;
		return `${degrees(a)} … ${degrees(b)} ${letter}`;
	};
	return `${range(west, east, "E", "W")}, ${range(south, north, "N", "S")}`;
}

const degrees = (value: number) => `${value.toFixed(2).replace("-", "−")}°`;
