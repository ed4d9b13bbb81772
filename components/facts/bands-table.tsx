import type { Band } from "#lib/metadata/metadata.ts";

export function BandsTable({ bands }: { readonly bands: readonly Band[] }) {
	return (
		<table className="text-left" aria-label="Bands">
			<thead className="text-faint text-fine">
				<tr>
					<th className="pr-4 font-medium">Band</th>
					<th className="pr-4 font-medium">Data type</th>
					<th className="font-medium">No data</th>
				</tr>
			</thead>
			<tbody>
				{bands.map((band, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a band is its place; names may repeat
					<tr key={index}>
						<td className="pr-4 font-mono text-fine">{band.name}</td>
						<td className="pr-4">{band.dataType}</td>
						<td>{band.nodata ?? <span className="text-faint">none</span>}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
