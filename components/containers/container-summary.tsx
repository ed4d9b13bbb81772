import { type ReactNode, useMemo } from "react";
import type { ContainerDetail } from "#lib/catalog/views.ts";
import type { MapFeature } from "../map/feature.ts";
import { FootprintMap } from "../map/footprint-map.tsx";
import { formatCount, formatInstant } from "../ui/format.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { HistoryStrip } from "./history-strip.tsx";

/** What the catalogue says of the container as a whole. */
export function ContainerSummary({ container }: { readonly container: ContainerDetail }) {
	const { id, kind, footprint, lastRun, nextRun, schedule, begin, end } = container;
	const features = useMemo<readonly MapFeature[]>(
		() => (footprint ? [{ key: id, label: id, style: "dataset", footprint }] : []),
		[id, footprint],
	);
	return (
		<section
			aria-label="Summary"
			className="grid gap-3 rounded-md border bg-surface p-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]"
		>
			<dl className="grid grid-cols-[auto_minmax(0,1fr)] content-start items-baseline gap-x-4 gap-y-1.5">
				<Fact name="Kind">{kind === "dataset-series" ? "Dataset series" : "Rectified stitched mosaic"}</Fact>
				<Fact name="Datasets">{formatCount(container.datasets)}</Fact>
				<Fact name="Rejected files">
					{container.rejected === 0 ? "none" : <span className="text-rejected">{formatCount(container.rejected)}</span>}
				</Fact>
				<Fact name="From">{begin ? formatInstant(begin) : "—"}</Fact>
				<Fact name="To">{end ? formatInstant(end) : "—"}</Fact>
				{kind === "rectified-stitched-mosaic" ? (
					<Fact name="Range type">{container.rangeType ?? "of the first dataset"}</Fact>
				) : null}
				<Fact name="Schedule">
					{schedule ? <code className="font-mono text-fine">{schedule}</code> : "by hand"}
					{nextRun ? (
						<>
							, next <RelativeTime instant={nextRun} />
						</>
					) : null}
				</Fact>
				<Fact name="Last run">
					{lastRun ? <RelativeTime instant={lastRun.finishedAt ?? lastRun.createdAt} /> : "never"}
				</Fact>
				<Fact name="History">
					<HistoryStrip container={id} history={container.history} align="start" />
				</Fact>
			</dl>
			{footprint ? (
				<FootprintMap label={`Footprint of ${id}`} features={features} className="h-64" />
			) : (
				<p className="flex min-h-32 items-center justify-center rounded-md border border-dashed text-faint">
					No footprint yet: it is the union of the datasets' footprints.
				</p>
			)}
		</section>
	);
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
	return (
		<>
			<dt className="text-faint">{name}</dt>
			<dd className="min-w-0 break-words">{children}</dd>
		</>
	);
}
