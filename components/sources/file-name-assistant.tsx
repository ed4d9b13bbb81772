"use client";

import { useEffect, useRef, useState } from "react";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { formatInstant } from "#components/ui/format.ts";
import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { SourceNames } from "#lib/catalog/storages/survey-views.ts";
import { messageOf } from "#lib/errors.ts";
import type { NameReading, NamesRead } from "#lib/metadata/read-names.ts";
import { formatPlural } from "#lib/numbers.ts";
import { type Mark, type MarkField, patternsOfMarks } from "#lib/patterns/marked-name.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";
import { draftToSource, type SourceDraft } from "./source-draft.ts";

export interface FileNameActions {
	readonly names: (source: SourceInput) => Promise<ActionResult<SourceNames>>;
	readonly read: (input: {
		readonly patterns: string[];
		readonly names: string[];
		readonly timeZone: string;
	}) => Promise<ActionResult<NamesRead>>;
}

interface FileNameAssistantProps {
	readonly draft: SourceDraft;
	readonly actions: FileNameActions;
	readonly onUse: (pattern: string) => void;
	readonly onClose: () => void;
}

const markLabels = { begin: "Begin", end: "End", id: "ID" } as const satisfies Record<MarkField, string>;

/** Makes the pattern of what a person marks in one name, and shows what it reads from fifty others. */
export function FileNameAssistant({ draft, actions, onUse, onClose }: FileNameAssistantProps) {
	const [found, setFound] = useState<SourceNames | null>(null);
	const [error, setError] = useState<string | null>(null);
	const [read, setRead] = useState<NamesRead | null>(null);
	const [name, setName] = useState("");
	const [marks, setMarks] = useState<readonly Mark[]>([]);
	const listing = useAction({ onRefused: setError });
	const reading = useAction({ onRefused: setError });
	const field = useRef<HTMLInputElement>(null);
	const { timeZone } = draft;

	const tryPatterns = (
		patterns: readonly string[],
		names: readonly string[],
		then: (read: NamesRead) => void = setRead,
	) => {
		setError(null);
		reading.runAction(() => actions.read({ patterns: [...patterns], names: [...names], timeZone }), then);
	};
	// A name that is not read yet is the one to mark.
	const beginWith = (read: NamesRead) => {
		setRead(read);
		const unread = read.readings.find(({ problem }) => problem !== null);
		if (unread) setName(unread.name);
	};
	const load = () => {
		// The pattern is what is being made; everything else of the source must be right.
		const parsed = sourceInput.safeParse({ ...draftToSource(draft), fileName: null });
		if (!parsed.success) {
			setError(`Some fields of the source are not valid yet: ${messagesInOneLine(parsed.error)}.`);
			return;
		}
		listing.runAction(
			() => actions.names(parsed.data),
			(names) => {
				setFound(names);
				setName(names.names[0] ?? "");
				const pattern = draft.fileName.trim() || names.guess;
				if (names.names.length > 0 && pattern) tryPatterns([pattern], names.names, beginWith);
			},
		);
	};
	// biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened
	useEffect(load, []);

	function mark(which: MarkField) {
		const [from, to] = [field.current?.selectionStart ?? 0, field.current?.selectionEnd ?? 0];
		if (from === to) {
			setError(
				`Select the part of the name first that is the ${markLabels[which]}, with the mouse or Shift and arrows.`,
			);
			return;
		}
		change([...marks.filter((other) => other.field !== which), { field: which, from, to }]);
	}
	function change(next: readonly Mark[]) {
		setMarks(next);
		setError(null);
		if (next.length === 0) return setRead(null);
		try {
			tryPatterns(patternsOfMarks(name, next), found?.names ?? []);
		} catch (reason) {
			setError(messageOf(reason));
		}
	}
	return (
		<section aria-label="File-name assistant" className="space-y-2 rounded-md border bg-raised/40 p-2.5 sm:col-span-2">
			<p className="text-fine text-muted">
				Select a part of the name (mouse, or Shift and arrows), and say what it is. A date alone is the whole day: it
				begins at 00:00:00 and ends at 23:59:59.999. A month or year alone is all of it.
			</p>
			{found === null ? (
				<p role="status">{listing.pending ? "Looking for names …" : ""}</p>
			) : found.names.length === 0 ? (
				<p>No file matches the source's patterns: there is no name to mark.</p>
			) : (
				<>
					<Select
						aria-label="Sample name"
						value={name}
						onChange={(event) => {
							setName(event.target.value);
							setMarks([]);
						}}
					>
						{[...new Set(found.names)].map((each) => (
							<option key={each}>{each}</option>
						))}
					</Select>
					<Input
						ref={field}
						aria-label="Name to mark"
						value={name}
						// Read-only fields have no caret to select with by keys: what is typed is not taken instead.
						onChange={() => {}}
						inputMode="none"
						spellCheck={false}
						className="font-mono text-fine!"
					/>
					<div className="flex flex-wrap items-center gap-1.5">
						{(Object.keys(markLabels) as MarkField[]).map((which) => {
							const marked = marks.find((each) => each.field === which);
							return (
								<span key={which} className="flex min-w-0 items-center gap-1">
									<Button onClick={() => mark(which)}>{markLabels[which]}</Button>
									{marked ? (
										<button
											type="button"
											aria-label={`${name.slice(marked.from, marked.to)} ×: forget ${markLabels[which]}`}
											title="Forget this mark"
											className="min-w-0 truncate rounded bg-accent/15 px-1.5 font-mono text-fine line-clamp-1"
											onClick={() => change(marks.filter((each) => each.field !== which))}
										>
											{name.slice(marked.from, marked.to)} ×
										</button>
									) : null}
								</span>
							);
						})}
						{found.guess !== null && found.guess !== read?.pattern ? (
							<Button
								variant="quiet"
								onClick={() => {
									setMarks([]);
									tryPatterns([found.guess ?? ""], found.names);
								}}
							>
								Suggest one
							</Button>
						) : null}
					</div>
				</>
			)}
			{error === null ? null : (
				<p role="alert" className="break-words text-failed">
					{error}
				</p>
			)}
			{read === null ? null : <Readings read={read} matched={found?.matched ?? 0} cut={found?.cut ?? null} />}
			<div className="flex flex-wrap justify-end gap-2">
				<Button onClick={onClose}>Close the assistant</Button>
				<Button
					variant="primary"
					disabled={read === null || reading.pending}
					onClick={() => {
						if (read !== null) onUse(read.pattern);
					}}
				>
					Use this pattern
				</Button>
			</div>
		</section>
	);
}

interface ReadingsProps {
	readonly read: NamesRead;
	readonly matched: number;
	readonly cut: string | null;
}

function Readings({ read: { pattern, readings, unread }, matched, cut }: ReadingsProps) {
	const good = readings.length - unread;
	// Those that are not read come first: they are what is to be mended.
	const sorted = [
		...readings.filter(({ problem }) => problem !== null),
		...readings.filter(({ problem }) => problem === null),
	];
	return (
		<div className="space-y-1.5">
			<p className="break-all font-mono text-fine">{pattern}</p>
			<p role="status" className={unread === 0 ? "text-in-sync" : "text-overdue"}>
				{good} of {formatPlural(readings.length, "name")} read
				{unread > 0 ? `; ${unread} unread` : ""}.{" "}
				{matched > readings.length ? `${formatPlural(matched, "file matches", "files match")} in all.` : ""} {cut}
			</p>
			<ul
				aria-label="Names as they are read"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
				tabIndex={0}
				className="max-h-56 divide-y overflow-y-auto rounded-md border bg-background"
			>
				{sorted.map((reading, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: names may be there twice, in different folders
					<li key={i} className="px-2 py-1">
						<p className="break-all font-mono text-fine">{reading.name}</p>
						<p className={reading.problem === null ? "text-fine text-muted" : "text-fine text-overdue"}>
							{readingText(reading)}
						</p>
					</li>
				))}
			</ul>
		</div>
	);
}

function readingText({ id, begin, end, wholePeriod, problem }: NameReading): string {
	if (problem !== null) return problem;
	const time =
		begin === null
			? "no begin"
			: begin === end || end === null
				? formatInstant(begin)
				: `${formatInstant(begin)} to ${formatInstant(end)}${wholePeriod === null ? "" : `, the whole ${wholePeriod}`}`;
	return id === null ? time : `${id}, ${time}`;
}
