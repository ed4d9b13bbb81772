import { CircleAlert } from "lucide-react";
import type { DatasetField } from "#lib/catalog/records.ts";
import type { ChangeView } from "#lib/catalog/views.ts";
import { ActionMark } from "../change-mark.tsx";
import { FactDiffRow } from "../facts/fact-diff.tsx";
import { factLabels, factOrder } from "../facts/fact-text.ts";
import { FactValue } from "../facts/fact-value.tsx";
import { MiniMap } from "../map/mini-map.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { changeStory, reasonAdvice } from "./change-words.ts";

/** What a row opens to: what happens in words, just the fields that differ, and both outlines. */
export function ChangeDetail({ change }: { readonly change: ChangeView }) {
	const fields = factOrder.filter((field) => change.fields[field] !== undefined && field !== "footprint");
	const { before, after } = change.footprint;
	const sides = sidesOf(change);
	return (
		<div className="flex flex-wrap gap-x-6 gap-y-3 border-b bg-background px-3 py-3 sm:pl-10">
			<div className="min-w-0 flex-1 basis-80 space-y-2">
				<p>
					<ActionMark action={change.action} /> {changeStory(change)}
				</p>
				<Reason change={change} />
				<p className="flex min-w-0 flex-wrap gap-x-2 text-muted">
					<span>{change.storage}</span>
					<Copyable text={change.path} label="path" length={120} />
				</p>
				{fields.length === 0 ? null : (
					<table aria-label="Fields that differ" className="w-full table-fixed">
						<thead className="text-left text-faint text-fine">
							<tr>
								<th className="w-36 font-medium">Field</th>
								{sides === "after" ? null : <th className="font-medium">Before</th>}
								{sides === "before" ? null : <th className="font-medium">{sides === "after" ? "Value" : "After"}</th>}
							</tr>
						</thead>
						<tbody>
							{fields.map((field) => (
								<FieldRow key={field} field={field} change={change} sides={sides} />
							))}
						</tbody>
					</table>
				)}
			</div>
			{before || after ? <MiniMap before={before} after={after} className="shrink-0" /> : null}
		</div>
	);
}

type Sides = "before" | "after" | "both";

/** An added dataset has no before, a removed one no after: one column is enough. */
function sidesOf({ action }: ChangeView): Sides {
	if (action === "added" || action === "linked") return "after";
	return action === "removed" || action === "unlinked" ? "before" : "both";
}

function FieldRow({
	field,
	change,
	sides,
}: {
	readonly field: DatasetField;
	readonly change: ChangeView;
	readonly sides: Sides;
}) {
	const { before, after } = change.fields[field] ?? { before: null, after: null };
	const crs = change.fields.crs;
	const crsTexts = { before: String(crs?.before ?? ""), after: String(crs?.after ?? "") };
	if (sides === "both") return <FactDiffRow field={field} before={before} after={after} crs={crsTexts} />;
	return (
		<tr className="border-t align-top first:border-t-0">
			<th scope="row" className="w-36 py-1 pr-4 text-left font-normal text-muted">
				{factLabels[field]}
			</th>
			<td className="py-1">
				<FactValue field={field} value={sides === "after" ? after : before} crs={crsTexts[sides]} />
			</td>
		</tr>
	);
}

function Reason({ change }: { readonly change: ChangeView }) {
	if (change.reason === null) return null;
	const advice = change.action === "rejected" ? reasonAdvice(change.code) : null;
	return (
		<div className="flex gap-2 rounded-md border border-rejected/30 bg-rejected-soft px-2.5 py-1.5">
			<CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-rejected" />
			<div className="min-w-0">
				<p className="break-words font-medium">{change.reason}</p>
				{advice === null ? null : <p className="text-muted">{advice}</p>}
			</div>
		</div>
	);
}
