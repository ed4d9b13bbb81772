"use client";

import { FactDiffRow } from "#components/facts/fact-diff.tsx";
import { factOrder } from "#components/facts/fact-text.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { useChangeStates } from "./use-change-states.ts";

/** Before and after of just the fields that differ; the footprints are on the map beside it. */
export function FieldDiffTable({ run, change }: { readonly run: number; readonly change: ChangeView }) {
	const { fields } = change;
	// An extent is in the units of its CRS, which the list leaves out when it stayed the same.
	const { data } = useChangeStates(run, change.key, {
		enabled: fields.extent !== undefined && fields.crs === undefined,
	});
	const shown = factOrder.filter((field) => fields[field] !== undefined && field !== "footprint");
	if (shown.length === 0) return null;
	const crs = {
		before: String(fields.crs?.before ?? data?.before?.crs ?? data?.after?.crs ?? ""),
		after: String(fields.crs?.after ?? data?.after?.crs ?? ""),
	};
	return (
		<table aria-label="Fields that differ" className="w-full table-fixed">
			<thead className="text-left text-faint text-fine">
				<tr>
					<th className="w-24 sm:w-36 font-medium">Field</th>
					<th className="font-medium">Before</th>
					<th className="font-medium">After</th>
				</tr>
			</thead>
			<tbody>
				{shown.map((field) => (
					<FactDiffRow
						key={field}
						field={field}
						before={fields[field]?.before}
						after={fields[field]?.after}
						crs={crs}
					/>
				))}
			</tbody>
		</table>
	);
}
