import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import type { DatasetField } from "#lib/catalog/json-columns.ts";
import type { Band } from "#lib/metadata/metadata.ts";
import { formatCount } from "#lib/numbers.ts";
import { factLabels, timeShift } from "./fact-text.ts";
import { FactValue } from "./fact-value.tsx";
import { LineDiff } from "./line-diff.tsx";
import { diffBands, diffProperties, diffTexts } from "./list-diff.ts";

interface FactDiffProps {
	readonly field: DatasetField;
	readonly before: unknown;
	readonly after: unknown;
	/** The CRS before and after: the units of the extents. */
	readonly crs: { readonly before: string; readonly after: string };
}

/** A row of the before/after table; lists get a small diff of their own across both columns. */
export function FactDiffRow({ field, before, after, crs }: FactDiffProps) {
	const list = listDiff(field, before, after);
	return (
		<tr className="border-t align-top first:border-t-0">
			<th scope="row" className="w-24 sm:w-36 py-1 pr-2 text-left font-normal text-muted">
				{factLabels[field]}
			</th>
			{list === null ? (
				<>
					<td className="py-1 pr-4">
						<FactValue field={field} value={before} crs={crs.before} />
					</td>
					<td className="py-1">
						<span className="flex items-start gap-1.5">
							<ArrowRight aria-hidden className="mt-1 size-3 shrink-0 text-faint" />
							<span className="flex min-w-0 flex-wrap gap-x-2">
								<span className="min-w-0">
									<FactValue field={field} value={after} crs={crs.after} />
								</span>
								<Remark field={field} before={before} after={after} />
							</span>
						</span>
					</td>
				</>
			) : (
				<td colSpan={2} className="py-1">
					{list}
				</td>
			)}
		</tr>
	);
}

function listDiff(field: DatasetField, before: unknown, after: unknown): ReactNode | null {
	if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return null;
	switch (field) {
		case "bands":
			return (
				<LineDiff label="Bands" name="Band" lines={diffBands(before as Band[], after as Band[])} show={bandText} />
			);
		case "properties":
			return <LineDiff label="Properties" name="Property" lines={diffProperties(before, after)} show={String} />;
		case "metadataPaths":
		case "members":
			return (
				<LineDiff
					label={factLabels[field]}
					name="File"
					lines={diffTexts(before as string[], after as string[])}
					show={() => "there"}
				/>
			);
		default:
			return null;
	}
}

function bandText({ dataType, nodata }: Band): string {
	return nodata === null ? dataType : `${dataType}, no data ${nodata}`;
}

/** How far the two are apart, where a person would have to reckon. */
function Remark({ field, before, after }: Pick<FactDiffProps, "field" | "before" | "after">) {
	const text = remark(field, before, after);
	return text === "" ? null : <span className="text-faint">{text}</span>;
}

function remark(field: DatasetField, before: unknown, after: unknown): string {
	if ((field === "begin" || field === "end") && typeof before === "string" && typeof after === "string") {
		return timeShift(before, after);
	}
	if (field === "gcps" && Array.isArray(before) && Array.isArray(after)) {
		const moved = before.filter((point, index) => JSON.stringify(point) !== JSON.stringify(after[index])).length;
		return `${formatCount(moved)} differ`;
	}
	return "";
}
