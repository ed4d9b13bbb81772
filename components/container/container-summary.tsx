import type { ReactNode } from "react";
import { HistoryStrip } from "#components/containers/history-strip.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import { scheduleText } from "#lib/catalog/schedules/schedule-text.ts";
import { formatCount } from "#lib/numbers.ts";

/** The catalogue's summary of the container. */
export function ContainerSummary({ container }: { readonly container: ContainerDetail }) {
	const { id, kind, lastRun, rejected, begin, end } = container;
	return (
		<dl
			aria-label="Summary"
			className="grid grid-cols-2 gap-x-6 gap-y-3 rounded-md border bg-surface px-4 py-3 sm:grid-cols-3 lg:grid-cols-4 xl:flex xl:flex-wrap xl:justify-between"
		>
			<Fact name="Kind">{kind === "dataset-series" ? "Dataset series" : "Rectified stitched mosaic"}</Fact>
			<Fact name="Datasets">{formatCount(container.datasets)}</Fact>
			<Fact name="Rejected files">
				{rejected === 0 ? "none" : <span className="text-rejected">{formatCount(rejected)}</span>}
			</Fact>
			<Fact name="Period">
				{begin && end ? (
					<>
						<Day instant={begin} /> … <Day instant={end} />
					</>
				) : (
					"—"
				)}
			</Fact>
			{kind === "dataset-series" ? null : (
				<Fact name="Range type">{container.rangeType ?? "of the first dataset"}</Fact>
			)}
			<Fact name="Schedule">
				<Schedule container={container} />
			</Fact>
			<Fact name="Last run">
				{lastRun ? <RelativeTime instant={lastRun.finishedAt ?? lastRun.startedAt ?? lastRun.createdAt} /> : "never"}
			</Fact>
			<Fact name="Oldest reading">
				{container.verifiedAt ? <RelativeTime instant={container.verifiedAt} /> : "not known"}
			</Fact>
			<Fact name="History">
				<HistoryStrip container={id} history={container.history} align="start" />
			</Fact>
		</dl>
	);
}

function Day({ instant }: { readonly instant: string }) {
	return <InstantText day instant={instant} className="whitespace-nowrap" />;
}

function Schedule({ container: { schedule, nextRun } }: { readonly container: ContainerDetail }) {
	if (schedule === null) return "by hand";
	return (
		<>
			<span title={schedule.cron}>{scheduleText(schedule)}</span>
			{schedule.isDefault ? " (default)" : null}
			{nextRun ? (
				<>
					, next <RelativeTime instant={nextRun} />
				</>
			) : null}
		</>
	);
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
	return (
		<div className="min-w-0">
			<dt className="text-faint text-fine">{name}</dt>
			<dd className="break-words">{children}</dd>
		</div>
	);
}
