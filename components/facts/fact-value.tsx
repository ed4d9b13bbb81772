import type { ReactNode } from "react";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { DatasetField } from "#lib/catalog/json-columns.ts";
import type { Band, DatasetState, Extent } from "#lib/metadata/metadata.ts";
import { formatCount } from "#lib/numbers.ts";
import { extentText, sizeText } from "./fact-text.ts";

interface FactValueProps {
	readonly field: DatasetField;
	/** As the catalogue has it: the field's own type, or null. */
	readonly value: unknown;
	/** Says the units of an extent. */
	readonly crs: string;
}

/** One fact of a dataset for reading: times to the second, sizes and extents in human units and exact on hover. */
export function FactValue({ field, value, crs }: FactValueProps): ReactNode {
	if (value === null || value === undefined) return <span className="text-faint">none</span>;
	switch (field) {
		case "begin":
		case "end":
			return <InstantText instant={String(value)} title={String(value)} className="sm:whitespace-nowrap" />;
		case "size":
			return <Exact {...sizeText(value as DatasetState["size"])} />;
		case "extent":
			return <Exact {...extentText(value as Extent, crs)} />;
		case "gcps":
			return `${formatCount((value as readonly unknown[]).length)} points`;
		case "bands":
			return <BandsTable bands={value as readonly Band[]} />;
		case "properties":
			return <Properties properties={value as Readonly<Record<string, unknown>>} />;
		case "metadataPaths":
		case "members":
			return <Paths paths={value as readonly string[]} />;
		case "footprint":
			return "on the map";
		default:
			return <span className="break-all font-mono text-fine">{String(value)}</span>;
	}
}

function Exact({ text, exact }: { readonly text: string; readonly exact: string }) {
	return <span title={exact}>{text}</span>;
}

export function Properties({ properties }: { readonly properties: Readonly<Record<string, unknown>> }) {
	const entries = Object.entries(properties);
	if (entries.length === 0) return <span className="text-faint">none</span>;
	return (
		<dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-0.5">
			{entries.map(([name, value]) => (
				<div key={name} className="contents">
					<dt className="text-muted">{name}</dt>
					<dd className="break-words">{String(value)}</dd>
				</div>
			))}
		</dl>
	);
}

function Paths({ paths }: { readonly paths: readonly string[] }) {
	if (paths.length === 0) return <span className="text-faint">none</span>;
	return (
		<ul>
			{paths.map((path) => (
				<li key={path} className="break-all font-mono text-fine">
					{path}
				</li>
			))}
		</ul>
	);
}

function BandsTable({ bands }: { readonly bands: readonly Band[] }) {
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
