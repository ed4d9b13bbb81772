import type { DatasetField } from "#lib/catalog/json-columns.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { factLabels, factOrder } from "./fact-text.ts";
import { FactValue } from "./fact-value.tsx";

/** The fields of a dataset that are not null, with labels; the footprint is left to a map. */
export function FactList({ facts, label }: { readonly facts: Partial<DatasetState>; readonly label: string }) {
	const byField: Partial<Record<DatasetField, unknown>> = facts;
	const fields = factOrder.filter(
		(field) => field !== "footprint" && byField[field] !== null && byField[field] !== undefined,
	);
	return (
		<table aria-label={label} className="w-full table-fixed">
			<tbody>
				{fields.map((field) => (
					<tr key={field} className="border-t align-top first:border-t-0">
						<th scope="row" className="w-24 sm:w-36 py-1 pr-2 text-left font-normal text-muted">
							{factLabels[field]}
						</th>
						<td className="py-1">
							<FactValue field={field} value={byField[field]} crs={facts.crs ?? ""} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
