"use client";

import { Check, TriangleAlert, X } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { rulesInWords } from "#components/sources/source-words.ts";
import { DryReadingView } from "#components/storages/dry-reading-view.tsx";
import { Button } from "#components/ui/button.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { Input } from "#components/ui/form/input.tsx";
import type { Suggestion } from "#lib/catalog/storages/survey-views.ts";
import { formatPlural } from "#lib/numbers.ts";

interface SuggestionItemProps {
	readonly suggestion: Suggestion;
	/** Of the container to be. */
	readonly id: string;
	readonly onId: (id: string) => void;
	/** The container's EO ID, once it was created. */
	readonly created: string | null;
	readonly error: string | undefined;
	readonly pending: boolean;
	readonly onCreate: () => void;
}

/** A source that could be made: how many files match, how they would be read, and the button that makes a container of it. */
export function SuggestionItem(props: SuggestionItemProps) {
	const { suggestion, id, onId, created, error, pending, onCreate } = props;
	const { title, source, reading, message, readers, notes } = suggestion;
	const [open, setOpen] = useState(false);
	const field = useId();
	const rejected = reading.samples.filter(({ rejection }) => rejection !== null).length;
	const isUseless = rejected === reading.samples.length;
	const Icon = isUseless ? X : rejected > 0 ? TriangleAlert : Check;
	return (
		<li className="space-y-1.5 px-3 py-2.5">
			<div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
				<div className="min-w-0 flex-1 basis-72">
					<h3 className="break-words font-medium">
						{title} <span className="text-muted">{formatPlural(reading.counts.matched, "match", "matches")}</span>
					</h3>
					<p
						className={`flex items-start gap-1.5 ${isUseless ? "text-rejected" : rejected > 0 ? "text-overdue" : "text-in-sync"}`}
					>
						<Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" strokeWidth={2.5} />
						<span className="min-w-0 break-words">
							{message}
							{readers.length === 0 ? "" : ` Read as ${readers.join(", ")}.`}
						</span>
					</p>
					{notes.map((note) => (
						<p key={note} className="break-words text-fine text-muted">
							{note}
						</p>
					))}
				</div>
				{created === null ? (
					<div className="flex flex-col gap-1">
						<div className="flex items-end gap-1.5">
							<div>
								<label htmlFor={field} className="block text-faint text-fine">
									Container ID
								</label>
								<Input
									id={field}
									value={id}
									autoComplete="off"
									spellCheck={false}
									aria-invalid={error ? true : undefined}
									className="w-44! font-mono text-fine!"
									onChange={(event) => onId(event.target.value)}
								/>
							</div>
							<Button variant={isUseless ? "secondary" : "primary"} pending={pending} onClick={onCreate}>
								Create and check
							</Button>
						</div>
						{error ? (
							<p role="alert" className="max-w-80 break-words text-failed text-fine">
								{error}
							</p>
						) : null}
					</div>
				) : (
					<p className="flex items-center gap-1.5 text-in-sync">
						<Check aria-hidden className="size-3.5" strokeWidth={2.5} />
						Created:
						<Link
							href={`/containers/${encodeURIComponent(created)}`}
							className="max-w-60 break-all font-mono text-accent underline underline-offset-2"
						>
							{created}
						</Link>
					</p>
				)}
			</div>
			<button
				type="button"
				aria-expanded={open}
				onClick={() => setOpen(!open)}
				className="flex items-center gap-1 rounded text-muted hover:text-text"
			>
				<Chevron open={open} />
				How it would be read
			</button>
			{open ? (
				<div className="space-y-2">
					<dl className="flex flex-wrap gap-x-5 gap-y-1 text-fine">
						{[["folder", `${source.storage}:/${source.path}`], ...rulesInWords(source)].map(([name, value]) => (
							<div key={name} className="flex min-w-0 gap-1.5">
								<dt className="shrink-0 text-faint">{name}</dt>
								<dd className="min-w-0 break-all font-mono">{value}</dd>
							</div>
						))}
					</dl>
					<DryReadingView reading={reading} />
				</div>
			) : null}
		</li>
	);
}
