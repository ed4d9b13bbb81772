"use client";

import { Ban, Check, Hand, Hourglass, type LucideIcon, X } from "lucide-react";
import Link from "next/link";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { targetApi } from "#components/targets/differences/use-differences.ts";
import { targetHref } from "#components/targets/target-facts.tsx";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatDuration } from "#components/ui/format.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import { Cell, ColumnHeader } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { PagedTable } from "#components/virtual-list/paged-table.tsx";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { countsText, pushKindWords } from "./push-words.ts";

const looks: Readonly<Record<PushView["state"], { readonly icon: LucideIcon | null; readonly tone: Tone }>> = {
	queued: { icon: Hourglass, tone: "never" },
	running: { icon: null, tone: "syncing" },
	held: { icon: Hand, tone: "held" },
	succeeded: { icon: Check, tone: "in-sync" },
	failed: { icon: X, tone: "failed" },
	cancelled: { icon: Ban, tone: "never" },
};

const columns = "grid-cols-[5rem_7rem_minmax(0,1fr)] sm:grid-cols-[5rem_7rem_minmax(0,2fr)_minmax(0,1fr)_5rem_6rem]";

/** Pushes, checks and adoptions of a target, newest first; each leads to what it found or did. */
export function PushHistory({ target }: { readonly target: string }) {
	const pages = usePages<PushView>({
		queryKey: queryKeys.target(target, "pushes"),
		url: `${targetApi(target)}/pushes`,
		refetchOnMount: "always",
	});
	return (
		<PagedTable
			label="History"
			pages={pages}
			rowsName="pushes and checks"
			resetOn={target}
			keyOf={({ id }) => id}
			columns={columns}
			header={
				<>
					<ColumnHeader>What</ColumnHeader>
					<ColumnHeader>State</ColumnHeader>
					<ColumnHeader>Result</ColumnHeader>
					<ColumnHeader className="hidden sm:block">By</ColumnHeader>
					<ColumnHeader className="hidden text-right sm:block">Took</ColumnHeader>
					<ColumnHeader className="hidden text-right sm:block">When</ColumnHeader>
				</>
			}
			empty={
				<EmptyState title="Nothing was pushed or checked yet">Each push, check and adoption appears here.</EmptyState>
			}
		>
			{(push, active) => <PushCells target={target} push={push} active={active} />}
		</PagedTable>
	);
}

function PushCells({
	target,
	push,
	active,
}: {
	readonly target: string;
	readonly push: PushView;
	readonly active: boolean;
}) {
	const { id, kind, state, counts, requestedBy, approvedBy, error, reason, startedAt, finishedAt, createdAt } = push;
	const { icon: Icon, tone } = looks[state];
	const result = error ?? (state === "held" || state === "cancelled" ? reason : null) ?? countsText(counts);
	return (
		<>
			<Cell>
				<Link
					href={targetHref(target, { push: String(id) })}
					data-line
					tabIndex={active ? 0 : -1}
					className="font-medium after:absolute after:inset-0"
				>
					{pushKindWords[kind]}
				</Link>
			</Cell>
			<Cell>
				<Badge tone={tone} className={state === "succeeded" ? "bg-transparent!" : ""}>
					{Icon === null ? <Spinner /> : <Icon aria-hidden strokeWidth={2.5} />}
					{state}
				</Badge>
			</Cell>
			<Cell className={cx("truncate", error === null ? "" : "text-failed")} title={result}>
				{result}
			</Cell>
			<Cell className="truncate text-muted max-sm:hidden" title={push.approvalReason ?? undefined}>
				{requestedBy ?? <span className="text-faint">by itself</span>}
				{approvedBy === null ? "" : `, approved by ${approvedBy}`}
			</Cell>
			<Cell className="text-right text-muted tabular-nums max-sm:hidden">
				{startedAt === null || finishedAt === null
					? ""
					: formatDuration(Math.max(0, (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000))}
			</Cell>
			<Cell className="text-muted max-sm:col-span-3 sm:text-right">
				<RelativeTime instant={finishedAt ?? createdAt} />
			</Cell>
		</>
	);
}
