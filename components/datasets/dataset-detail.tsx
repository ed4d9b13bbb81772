import { FactList } from "#components/facts/fact-list.tsx";
import { MiniMap } from "#components/map/mini-map.tsx";
import { Quicklook } from "#components/quicklooks/quicklook.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import { DatasetLink } from "./dataset-link.tsx";

/** All facts of a dataset: files, grid, bands, properties, and where it lies. */
export function DatasetDetail({ dataset }: { readonly dataset: DatasetView }) {
	const {
		id,
		storage,
		path,
		metadataPaths,
		memberPaths,
		kind,
		begin,
		end,
		crs,
		size,
		extent,
		rangeType,
		bands,
		properties,
	} = dataset;
	return (
		<div className="flex flex-wrap gap-x-6 gap-y-3 border-b bg-background px-3 py-3 sm:pl-8">
			<div className="min-w-0 flex-1 basis-80 space-y-2">
				<dl className="grid grid-cols-[6rem_minmax(0,1fr)] sm:grid-cols-[9rem_minmax(0,1fr)] gap-y-0.5 text-muted">
					<dt>EO ID</dt>
					<dd>
						<Copyable text={id} label="EO ID" length={120} className="max-w-full text-text" />
					</dd>
					<dt>Life</dt>
					<dd>
						<DatasetLink id={id}>What happened to it, and when</DatasetLink>
					</dd>
					<dt>Data file</dt>
					<dd className="flex min-w-0 flex-wrap gap-x-2 text-text">
						{storage}
						<Copyable text={path} label="path" length={120} className="max-w-full" />
					</dd>
					<dt>Last read</dt>
					<dd className="text-text">
						<InstantText instant={dataset.lastRead} />
					</dd>
					{metadataPaths.map((file) => (
						<div key={file} className="contents">
							<dt>Metadata file</dt>
							<dd>
								<Copyable text={file} label="path" length={120} className="max-w-full text-text" />
							</dd>
						</div>
					))}
					{memberPaths.length > 0 && (
						<>
							<dt>Members</dt>
							<dd>
								<details>
									<summary className="cursor-pointer text-text">{formatPlural(memberPaths.length, "file")}</summary>
									<ul className="mt-1 break-all font-mono text-fine">
										{memberPaths.map((file) => (
											<li key={file}>{file}</li>
										))}
									</ul>
								</details>
							</dd>
						</>
					)}
				</dl>
				<FactList
					label={`Facts of ${id}`}
					facts={{ kind, begin, end, crs, size, extent, rangeType, bands, properties }}
				/>
			</div>
			<div className="shrink-0 space-y-3">
				<Quicklook version={dataset.version} id={id} />
				<MiniMap before={null} after={dataset.footprint} style="dataset" />
			</div>
		</div>
	);
}
