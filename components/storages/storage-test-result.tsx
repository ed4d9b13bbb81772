import { Check, Info, Minus, TriangleAlert, X } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import { formatBytes } from "#components/ui/format.ts";
import type { StorageTest } from "#lib/catalog/storages/storage-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { StorageFacts } from "#lib/storage/storage.ts";
import { DryReadingView } from "./dry-reading-view.tsx";

interface StorageTestResultProps {
	readonly test: StorageTest;
	/** The result stands below a long form, so it scrolls into view. */
	readonly isBelow?: boolean;
}

/** The result of *Test*: whether the storage can be reached, its abilities, and the first names. */
export function StorageTestResult({ test, isBelow = false }: StorageTestResultProps) {
	const isDoubtful = test.ok && test.reading?.samples.some(({ rejection }) => rejection !== null);
	const Icon = isDoubtful ? TriangleAlert : test.ok ? Check : X;
	return (
		<div
			role="status"
			ref={isBelow ? comeIntoView : null}
			className={cx(
				"space-y-2 rounded-md border px-3 py-2",
				isDoubtful ? "border-overdue/40" : test.ok ? "border-in-sync/40" : "border-failed/40",
			)}
		>
			<p
				className={cx(
					"flex items-start gap-1.5",
					isDoubtful ? "text-overdue" : test.ok ? "text-in-sync" : "text-failed",
				)}
			>
				<Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" strokeWidth={2.5} />
				<span className="min-w-0 break-words">{test.message}</span>
			</p>
			{test.ok && test.reading === null ? (
				<p className="text-fine text-muted">
					{formatPlural(test.folders, "folder")}, {formatPlural(test.files, "file")} in{" "}
					{formatMilliseconds(test.milliseconds)}
				</p>
			) : null}
			{test.facts ? <Facts facts={test.facts} /> : null}
			{test.reading ? <DryReadingView reading={test.reading} /> : null}
			{test.reading === null && test.matches.length > 0 ? (
				<ul aria-label="First matches" className="divide-y border-t font-mono text-fine">
					{test.matches.map(({ path, metadata, size }) => (
						<li key={path} className="flex flex-wrap items-baseline gap-x-3 py-1">
							<span className="min-w-0 break-all">{path}</span>
							{metadata.length > 0 ? <span className="break-all text-muted">with {metadata.join(", ")}</span> : null}
							<span className="ml-auto text-faint" title={`${formatPlural(size, "byte")}`}>
								{formatBytes(size)}
							</span>
						</li>
					))}
				</ul>
			) : null}
		</div>
	);
}

function formatMilliseconds(milliseconds: number): string {
	return milliseconds < 1 ? "less than 1 ms" : `${formatCount(milliseconds)} ms`;
}

const times = {
	exact: [true, "exact times", "Every change of a file shows in its time stamp."],
	coarse: [false, "rounded times", "A second change soon after the first may not show in a file's time stamp."],
	none: [false, "no times", "Files are compared without their time of modification."],
} as const;

function Facts({ facts }: { readonly facts: StorageFacts }) {
	const abilities = [
		times[facts.times],
		facts.versions
			? ([true, "versions of contents", "Listings show when the content of a file changes."] as const)
			: ([false, "no versions", "Contents are compared by size and time."] as const),
		facts.ranges
			? ([true, "parts of files", "Of a large file only the header is fetched."] as const)
			: ([false, "whole files only", "Files must be fetched from their beginning."] as const),
	];
	return (
		<>
			<ul aria-label="What it reports" className="flex flex-wrap gap-x-4 gap-y-1 text-fine">
				{abilities.map(([able, word, title]) => (
					<li key={word} title={title} className={cx("flex items-center gap-1", able ? "text-text" : "text-muted")}>
						{able ? (
							<Check aria-hidden className="size-3 text-in-sync" strokeWidth={2.5} />
						) : (
							<Minus aria-hidden className="size-3" strokeWidth={2.5} />
						)}
						{word}
					</li>
				))}
			</ul>
			{facts.notes.length > 0 ? (
				<ul aria-label="Notes" className="space-y-1 text-fine text-muted">
					{facts.notes.map((note) => (
						<li key={note} className="flex items-start gap-1.5">
							<Info aria-hidden className="mt-0.5 size-3 shrink-0" />
							<span className="min-w-0 break-words">{note}</span>
						</li>
					))}
				</ul>
			) : null}
		</>
	);
}

function comeIntoView(element: HTMLElement | null) {
	element?.scrollIntoView({ block: "nearest" });
}
