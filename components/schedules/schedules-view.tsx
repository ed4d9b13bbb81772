"use client";

import { CalendarClock, Clock, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { type ContainersSeed, useContainers } from "#components/containers/use-containers.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { useNow } from "#components/ui/times/now.tsx";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { type Week, weekOf } from "#lib/catalog/schedules/schedule-week.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { ScheduledTable } from "./scheduled-table.tsx";
import { HourContainers } from "./week-hour.tsx";
import { WeekTable } from "./week-table.tsx";

interface SchedulesViewProps extends ContainersSeed {
	/** Of all of them. */
	readonly scheduled: number;
	readonly week: Week;
}

const day = 86_400_000;

export function SchedulesView({ seed, total, scheduled, week: seedWeek }: SchedulesViewProps) {
	const { containers, error, isPlaceholderData, refetch } = useContainers({ seed, total });
	const [hour, setHour] = useState<number | null>(null);
	const today = useNow((now) => Math.floor(now / day) * day);
	const rows = useMemo(() => containers.filter(({ schedule }) => schedule !== null).toSorted(byNextRun), [containers]);
	const week = useMemo(
		() => (isPlaceholderData ? seedWeek : weekOf(rows, new Date(today).toISOString(), Number.POSITIVE_INFINITY)),
		[rows, today, isPlaceholderData, seedWeek],
	);
	const count = isPlaceholderData ? scheduled : rows.length;
	const router = useRouter();
	const busiest = busiestHour(week);
	usePageActions([
		...(busiest === null
			? []
			: [{ label: "Show what begins in the busiest hour", icon: <Clock />, go: () => setHour(busiest) }]),
		...(hour === null ? [] : [{ label: "Close the hour", icon: <X />, go: () => setHour(null) }]),
		{
			label: "Edit the default schedule",
			icon: <CalendarClock />,
			act: "settings.update",
			go: () => router.push("/settings"),
		},
	]);
	return (
		<div className="space-y-3">
			<div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
				<h1 className="font-semibold text-lg">Schedules</h1>
				<p className="text-muted">
					{formatPlural(count, "container")} of {formatCount(total)} by schedule. Times are UTC.
				</p>
			</div>
			{error ? (
				<ErrorState bar title="The schedules could not be refreshed" onRetry={() => void refetch()}>
					{error.message} What you see may be out of date.
				</ErrorState>
			) : null}
			{count === 0 ? (
				<NoSchedules />
			) : (
				<>
					<WeekTable week={week} selected={hour} onSelect={(next) => setHour(next === hour ? null : next)} />
					{hour === null ? null : <HourContainers key={hour} week={week} index={hour} onClose={() => setHour(null)} />}
					<ScheduledTable rows={rows} />
				</>
			)}
		</div>
	);
}

/** The first of them; null: nothing runs by itself. */
function busiestHour({ hours }: Week): number | null {
	const counts = hours.map((hour) => hour?.count ?? 0);
	const most = Math.max(0, ...counts);
	return most === 0 ? null : counts.indexOf(most);
}

function byNextRun(a: ContainerView, b: ContainerView): number {
	const [left, right] = [a, b].map(({ nextRun }) =>
		nextRun === null ? Number.POSITIVE_INFINITY : Date.parse(nextRun),
	);
	return (left ?? 0) - (right ?? 0) || (a.id < b.id ? -1 : 1);
}

function NoSchedules() {
	return (
		<div className="rounded-md border bg-surface">
			<EmptyState
				icon={CalendarClock}
				title="No container has a schedule yet"
				action={
					<May act="settings.update">
						<Button asChild variant="primary">
							<Link href="/settings">Set a default schedule</Link>
						</Button>
					</May>
				}
			>
				A container runs by the schedule in its own settings, or else by the default schedule.
			</EmptyState>
		</div>
	);
}
