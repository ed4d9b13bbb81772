"use client";

import { Check, ChevronDown, ChevronUp, CircleAlert } from "lucide-react";
import Link from "next/link";
import { useMay } from "#components/access/user-context.tsx";
import { DatasetLink } from "#components/datasets/dataset-link.tsx";
import { MiniMap } from "#components/map/mini-map.tsx";
import type { AcceptChoice } from "#components/targets/target-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyLink } from "#components/ui/copying/copy-link.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import type { TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { differenceLooks, fieldLabel, kindWords } from "./difference-words.ts";
import { outlineOf } from "./outline.ts";
import { TargetFieldDiff } from "./target-field-diff.tsx";

interface DifferenceDetailProps {
	readonly difference: TargetDifference;
	readonly link: string;
	readonly onAccept: ((choice: AcceptChoice) => void) | undefined;
	/** To a neighbour; null: it stands by itself. */
	readonly onStep: ((step: 1 | -1) => void) | null;
}

/** An opened row: the difference in words, its fields there and here, both outlines. */
export function DifferenceDetail({ difference, link, onAccept, onStep }: DifferenceDetailProps) {
	const { number, kind, identifier, eoId, dataset, container, fields, message } = difference;
	const mayAccept = useMay("targets.accept");
	const accept = mayAccept ? onAccept : undefined;
	const outline = fields.find(({ field }) => field === "footprint");
	const before = outlineOf(outline?.before);
	const after = outlineOf(outline?.after);
	return (
		<div className="flex flex-wrap gap-x-6 gap-y-3 border-b bg-background px-3 py-3 sm:pl-10">
			<div className="min-w-0 flex-1 basis-80 space-y-2">
				<p>{differenceLooks[difference.class].meaning}</p>
				{message === null ? null : (
					<p className="flex gap-2 rounded-md bg-out-of-sync-soft px-2.5 py-1.5">
						<CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
						<span className="min-w-0 font-medium wrap-anywhere">{message}</span>
					</p>
				)}
				<dl className="grid grid-cols-[6rem_minmax(0,1fr)] text-muted sm:grid-cols-[9rem_minmax(0,1fr)]">
					<dt>There</dt>
					<dd>
						{kindWords[kind]} <Copyable text={identifier} label="identifier" whole className="max-w-full" />
					</dd>
					{eoId === null ? null : (
						<>
							<dt>Here</dt>
							<dd>
								{dataset === null ? <span className="font-mono text-fine">{eoId}</span> : <DatasetLink id={eoId} />}
							</dd>
						</>
					)}
					{container === null ? null : (
						<>
							<dt>Container</dt>
							<dd>
								<Link
									href={`/containers/${encodeURIComponent(container)}`}
									className="break-all font-mono text-accent text-fine underline underline-offset-2"
								>
									{container}
								</Link>
							</dd>
						</>
					)}
				</dl>
				<TargetFieldDiff
					fields={fields}
					controlOf={
						accept === undefined
							? undefined
							: (field) => (
									<Button
										variant="quiet"
										aria-label={`Accept ${fieldLabel(field).toLowerCase()} of ${identifier}`}
										onClick={() => accept({ number, container: null, fields: [field] })}
									>
										Accept
									</Button>
								)
					}
				/>
				<p className="flex flex-wrap items-center gap-1">
					{accept === undefined ? null : (
						<Button onClick={() => accept({ number, container: null, fields: null })}>
							<Check aria-hidden /> Accept all its fields
						</Button>
					)}
					<CopyLink what="this difference" path={link} />
					{onStep === null ? null : (
						<>
							<Button variant="quiet" title="Open the next one (n)" onClick={() => onStep(1)}>
								<ChevronDown aria-hidden /> Next
							</Button>
							<Button variant="quiet" title="Open the previous one (p)" onClick={() => onStep(-1)}>
								<ChevronUp aria-hidden /> Previous
							</Button>
						</>
					)}
				</p>
			</div>
			{before || after ? <MiniMap before={before} after={after} /> : null}
		</div>
	);
}
