import type { Heat } from "#lib/catalog/changes/change-heat.ts";
import { formatCount } from "#lib/numbers.ts";

interface HeatTableProps {
	readonly caption: string;
	/** The heading of the first column. */
	readonly what: string;
	readonly rows: readonly (Heat & { readonly name: string })[];
}

/** A row each with a bar: to the left what left, to the right what came in. */
export function HeatTable({ caption, what, rows }: HeatTableProps) {
	const most = Math.max(...rows.map(({ grew, shrank }) => Math.max(grew, shrank)), 1);
	return (
		<table className="w-full table-fixed border-collapse rounded-md border bg-surface text-data">
			<caption className="pb-1 text-left font-medium text-muted">{caption}</caption>
			<thead className="text-faint text-fine">
				<tr className="border-b">
					<th scope="col" className="px-3 py-1.5 text-left font-medium">
						{what}
					</th>
					<th scope="col" className="w-17 px-1.5 sm:w-20 py-1.5 text-right font-medium">
						Came in
					</th>
					<th scope="col" className="w-17 px-1.5 sm:w-20 py-1.5 text-right font-medium">
						Left
					</th>
					<th scope="col" className="w-17 px-1.5 sm:w-20 py-1.5 text-right font-medium">
						Altered
					</th>
					<td aria-hidden className="w-40 max-md:hidden" />
				</tr>
			</thead>
			<tbody>
				{rows.map((row) => (
					<tr key={row.name} className="border-b last:border-b-0 hover:bg-raised">
						<th scope="row" className="truncate px-3 py-1 text-left font-normal" title={row.name}>
							{row.name}
						</th>
						<Count of={row.grew} sign="+" className="text-added" />
						<Count of={row.shrank} sign="−" className="text-removed" />
						<Count of={row.altered} sign="~" className="text-updated" />
						<td aria-hidden className="px-3 max-md:hidden">
							<Bar {...row} most={most} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function Count({ of, sign, className }: { readonly of: number; readonly sign: string; readonly className: string }) {
	return (
		<td className={`px-1.5 py-1 text-right font-mono tabular-nums ${of === 0 ? "text-faint" : className}`}>
			{of === 0 ? "0" : `${sign}${formatCount(of)}`}
		</td>
	);
}

/** Widths by the square root: what is small beside much is still seen. */
function Bar({ grew, shrank, most }: Heat & { readonly most: number }) {
	const width = (count: number) => `${Math.sqrt(count / most) * 50}%`;
	return (
		<span className="relative block h-3">
			<span className="absolute inset-y-0 right-1/2 rounded-l-sm bg-removed" style={{ width: width(shrank) }} />
			<span className="absolute inset-y-0 left-1/2 rounded-r-sm bg-added" style={{ width: width(grew) }} />
			<span className="absolute inset-y-0 left-1/2 w-px bg-border-strong" />
		</span>
	);
}
