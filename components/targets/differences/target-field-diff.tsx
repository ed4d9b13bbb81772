import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { timeShift } from "#components/facts/fact-text.ts";
import { LineDiff } from "#components/facts/line-diff.tsx";
import { diffProperties, diffTexts } from "#components/facts/list-diff.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { FieldDifference } from "#lib/catalog/targets/target-records.ts";
import { fieldLabel } from "./difference-words.ts";
import { outlineOf } from "./outline.ts";

interface TargetFieldDiffProps {
	readonly fields: readonly FieldDifference[];
	/** What stands behind each field: the way to accept it, for instance. */
	readonly controlOf?: ((field: string) => ReactNode) | undefined;
}

/** What is there and what the catalogue says, of just the fields that differ; footprints are on the map beside it. */
export function TargetFieldDiff({ fields, controlOf }: TargetFieldDiffProps) {
	if (fields.length === 0) return null;
	return (
		<table aria-label="Fields that differ" className="w-full table-fixed">
			<thead className="text-left text-faint text-fine">
				<tr>
					<th className="w-20 font-medium sm:w-36">Field</th>
					<th className="font-medium">There</th>
					<th className="font-medium">In the catalogue</th>
					{controlOf === undefined ? null : (
						<th className="w-20 max-sm:hidden">
							<span className="sr-only">Accept</span>
						</th>
					)}
				</tr>
			</thead>
			<tbody>
				{fields.map((one) => (
					<FieldRow key={one.field} {...one} control={controlOf?.(one.field)} />
				))}
			</tbody>
		</table>
	);
}

function FieldRow({ field, control, ...sides }: FieldDifference & { readonly control: ReactNode }) {
	const isShape = field === "footprint";
	const before = isShape ? shapeText(sides.before) : sides.before;
	const after = isShape ? shapeText(sides.after) : sides.after;
	const list = listDiff(field, before, after);
	return (
		<tr className="border-t align-top first:border-t-0">
			<th scope="row" className="py-1 pr-2 text-left font-normal text-muted wrap-anywhere">
				{fieldLabel(field)}
				{/* Beside the values there is no room for it. */}
				{control === undefined ? null : <span className="-ml-2 mt-0.5 block sm:hidden">{control}</span>}
			</th>
			{list === null ? (
				<>
					<td className="py-1 pr-2 sm:pr-4">
						<Value value={before} />
					</td>
					<td className="py-1 pr-2">
						<span className="flex items-start gap-1.5">
							<ArrowRight aria-hidden className="mt-1 size-3 shrink-0 text-faint max-sm:hidden" />
							<span className="flex min-w-0 flex-wrap gap-x-2">
								<Value value={after} />
								<Shift before={before} after={after} />
							</span>
						</span>
					</td>
				</>
			) : (
				<td colSpan={2} className="overflow-x-auto py-1">
					{list}
				</td>
			)}
			{control === undefined ? null : <td className="py-0.5 text-right max-sm:hidden">{control}</td>}
		</tr>
	);
}

/** Lists and records get a small diff of their own across both columns. */
function listDiff(field: string, before: unknown, after: unknown): ReactNode | null {
	if (Array.isArray(before) && Array.isArray(after)) {
		if (before.every(isNumber) && after.every(isNumber)) return null;
		const lines = diffTexts(before.map(textOf), after.map(textOf)).filter(({ mark }) => mark !== "same");
		return <LineDiff label={fieldLabel(field)} name="Entry" lines={lines} show={() => "there"} />;
	}
	if (isRecord(before) && isRecord(after))
		return <LineDiff label={fieldLabel(field)} name="Name" lines={diffProperties(before, after)} show={textOf} />;
	return null;
}

function Value({ value }: { readonly value: unknown }) {
	if (value === null || value === undefined || value === "") return <span className="text-faint">none</span>;
	if (isInstant(value)) return <InstantText instant={value} title={value} />;
	return <span className="min-w-0 font-mono text-fine wrap-anywhere">{textOf(value)}</span>;
}

function Shift({ before, after }: { readonly before: unknown; readonly after: unknown }) {
	if (!isInstant(before) || !isInstant(after)) return null;
	const text = timeShift(before, after);
	return text === "" ? null : <span className="text-faint">{text}</span>;
}

function shapeText(value: unknown): string {
	if (value === null || value === undefined) return "";
	return outlineOf(value) === null ? "another outline" : "on the map";
}

/** For people: `[1, 2]` is `1, 2`, and a record its values, named where they do not speak for themselves. */
export function textOf(value: unknown): string {
	if (value === null || value === undefined) return "none";
	if (Array.isArray(value)) return value.map(textOf).join(", ");
	if (typeof value !== "object") return String(value);
	return Object.entries(value)
		.filter(([, part]) => part !== null && part !== undefined)
		.map(([name, part]) => (typeof part === "string" ? part : `${name} ${textOf(part)}`))
		.join(", ");
}

const isNumber = (value: unknown) => typeof value === "number";
const isRecord = (value: unknown): value is object =>
	typeof value === "object" && value !== null && !Array.isArray(value);

function isInstant(value: unknown): value is string {
	return typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
}
