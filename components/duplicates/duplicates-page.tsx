"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronRight, Copy, Download, Filter, Square } from "lucide-react";
import Link from "next/link";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { seeded } from "#components/live/seeded.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { leaveFor, ownAddress } from "#components/ui/address/own-address.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { Notice } from "#components/ui/notice.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { Progress } from "#components/ui/states/progress.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { DuplicatesView } from "#lib/catalog/duplicates/duplicate-views.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { DuplicateGroups } from "./duplicate-groups.tsx";

export interface DuplicateActions {
	readonly search: (input: object) => Promise<ActionResult<{ readonly asked: number }>>;
	readonly cancel: (input: Record<string, never>) => Promise<ActionResult<{ readonly cancelled: number }>>;
}

interface DuplicatesPageProps {
	readonly seed: DuplicatesView;
	readonly actions: DuplicateActions;
}

const address = { kind: "content" } as const;
const exportHref = "/api/duplicates/export";

/** Milliseconds between two readings while a worker searches, and otherwise. */
const readEvery = { atWork: 1000, idle: 15_000 } as const;

/** The same content under two names, and the same scene under two EO IDs. */
export function DuplicatesPage({ seed, actions }: DuplicatesPageProps) {
	const client = useQueryClient();
	const { data: view, error } = useQuery({
		queryKey: queryKeys.duplicates("view"),
		queryFn: ({ signal }) => fetchJson<DuplicatesView>("/api/duplicates", { signal }),
		...seeded(seed),
		refetchInterval: ({ state }) => (state.data?.state === "idle" ? readEvery.idle : readEvery.atWork),
	});
	const { state, set } = useAddressState<{ readonly kind: string }>(address);
	const kind = state.kind === "scene" ? "scene" : "content";
	const { runAction, pending } = useAction();
	const again = () => readAgain(client, { queryKey: queryKeys.duplicates("view") });
	const search = () => runAction(() => actions.search({}), again);
	const cancel = () => runAction(() => actions.cancel({}), again);
	const isAtWork = view.state !== "idle";
	const hasGroups = view.groups + view.scenes > 0;
	const isKnown = view.outcome !== null || hasGroups;
	usePageActions([
		isAtWork
			? { label: "Stop the search", icon: <Square />, act: "duplicates.cancel", go: cancel }
			: { label: "Search for duplicates", icon: <Copy />, act: "duplicates.search", go: search },
		...(isKnown
			? [
					kind === "content"
						? { label: "Show the same scenes", icon: <Filter />, go: () => set({ kind: "scene" }) }
						: { label: "Show the same content", icon: <Filter />, go: () => set({ kind: "content" }) },
				]
			: []),
		...(hasGroups
			? [
					{
						label: "Export duplicates as CSV",
						icon: <Download />,
						go: () => leaveFor(exportHref),
					},
				]
			: []),
	]);
	return (
		<div className="space-y-4">
			<header className="space-y-2">
				<nav aria-label="Above" className="flex items-center gap-1 text-fine text-muted">
					<Link href="/storages" className="inline-block min-w-6 hover:underline pointer-coarse:py-1">
						Storages
					</Link>
					<ChevronRight aria-hidden className="size-3" />
					<span>Duplicates</span>
				</nav>
				<div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
					<div className="min-w-0 flex-1 basis-72">
						<h1 className="font-semibold text-lg">Duplicates</h1>
						<p className="text-muted">
							<Standing view={view} />
						</p>
					</div>
					<div className="flex flex-wrap gap-1.5">
						{hasGroups ? (
							<Button asChild>
								<a href={ownAddress(exportHref)} download>
									<Download aria-hidden />
									CSV
								</a>
							</Button>
						) : null}
						{isAtWork ? (
							<May act="duplicates.cancel">
								<Button pending={pending || view.cancelling} onClick={cancel}>
									<Square aria-hidden />
									{view.cancelling ? "Stopping" : "Stop"}
								</Button>
							</May>
						) : (
							<May act="duplicates.search">
								<Button variant="primary" pending={pending} onClick={search}>
									<Copy aria-hidden />
									{view.outcome === "partial" || view.outcome === "cancelled" ? "Go on" : "Search now"}
								</Button>
							</May>
						)}
					</div>
				</div>
				{view.state === "running" ? (
					<div className="space-y-1">
						<Progress label="Searching" done={view.filesRead} total={null} />
						<p className="text-fine text-muted tabular-nums">
							{phases[view.phase ?? "collecting"]}: {formatPlural(view.filesRead, "file")} and{" "}
							{formatBytes(view.usedBytes)} read, of at most {formatBytes(view.budgetBytes)}
						</p>
					</div>
				) : null}
			</header>
			{error === null ? null : (
				<ErrorState bar title="What is shown may be out of date">
					{error.message}
				</ErrorState>
			)}
			{!isAtWork && view.message !== null ? (
				<Notice tone={view.outcome === "failed" ? "failed" : "overdue"}>{view.message}</Notice>
			) : null}
			{view.unread > 0 ? (
				<Notice tone="overdue">
					{formatPlural(view.unread, "file")} could not be read: {view.unreadExamples.join("; ")}
					{view.unread > view.unreadExamples.length ? "; …" : ""}
				</Notice>
			) : null}
			{isKnown ? (
				<Tabs
					label="Kinds"
					value={kind}
					onChange={(next) => set({ kind: next })}
					tabs={[
						{ value: "content", label: "Same content", count: formatCount(view.groups) },
						{ value: "scene", label: "Same scene", count: formatCount(view.scenes) },
					]}
				>
					<DuplicateGroups key={kind} kind={kind} asOf={view.endedAt ?? ""} />
				</Tabs>
			) : isAtWork ? null : (
				<EmptyState icon={Copy} title="Not searched yet">
					Files of one size are compared by their ends, and those that agree by all they hold. Nothing is deleted. Files
					in no container take part after a look at their storage.
				</EmptyState>
			)}
		</div>
	);
}

const phases = {
	collecting: "Looking for files of one size",
	ends: "Comparing the ends of files",
	contents: "Comparing whole files",
	scenes: "Comparing scenes",
} as const;

function Standing({ view }: { readonly view: DuplicatesView }) {
	const { state, requestedBy, completedAt, endedAt, groups, scenes, wasted } = view;
	const request = requestedBy === null ? "Requested" : `Requested by ${requestedBy}`;
	if (state === "queued") return `${request}; waits for a worker.`;
	if (state === "running") return `${request}; files are only read.`;
	const asOf = endedAt ?? completedAt;
	if (asOf === null) return "The same content under two names, and the same scene under two EO IDs.";
	return (
		<>
			{formatPlural(groups, "content")} under several names, {formatBytes(wasted)} more than once;{" "}
			{formatPlural(scenes, "scene")} under several EO IDs. Searched <RelativeTime instant={asOf} />.
		</>
	);
}
