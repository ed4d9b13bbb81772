"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { List, Scale, Square } from "lucide-react";
import { useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { seeded } from "#components/live/seeded.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Progress } from "#components/ui/states/progress.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { CheckView, PublishedCheckView } from "#lib/catalog/publications/check-views.ts";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { CompareDialog, type PublishedCheckActions } from "./compare-dialog.tsx";
import { PublishedDifferences } from "./published-differences.tsx";

interface PublishedCheckProps {
	readonly container: Pick<ContainerDetail, "id" | "datasets" | "publication">;
	readonly seed: PublishedCheckView;
	readonly origin: string;
	readonly actions: PublishedCheckActions;
}

/** Milliseconds between two readings while it is compared, and otherwise. */
const readEvery = { atWork: 1000, idle: 30_000 } as const;

/** Whether others have what is published: the last comparison, and the way to another one. */
export function PublishedCheck({
	container: { id, datasets, publication },
	seed,
	origin,
	actions,
}: PublishedCheckProps) {
	const client = useQueryClient();
	const {
		data: { open, last },
		error,
	} = useQuery({
		queryKey: queryKeys.publishedCheck(id),
		queryFn: ({ signal }) =>
			fetchJson<PublishedCheckView>(`/api/containers/${encodeURIComponent(id)}/published-check`, { signal }),
		...seeded(seed),
		refetchInterval: ({ state }) => (state.data?.open ? readEvery.atWork : readEvery.idle),
	});
	const [shown, setShown] = useState<"form" | "differences" | null>(null);
	const { runAction, pending } = useAction();
	const again = () => readAgain(client, { queryKey: queryKeys.publishedCheck(id) });
	const cancel = () => runAction(() => actions.cancel({ id }), again);
	const found = last === null ? 0 : last.differing + last.missing + last.foreign + last.unknown;
	usePageActions([
		open === null
			? {
					label: "Compare what is published with …",
					icon: <Scale />,
					act: "publications.check" as const,
					go: () => setShown("form"),
				}
			: { label: "Stop comparing", icon: <Square />, act: "publications.cancel-check" as const, go: cancel },
		...(found > 0
			? [{ label: "Show what differs from others", icon: <List />, go: () => setShown("differences") }]
			: []),
	]);
	return (
		<div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2 border-t pt-2">
			{open === null ? (
				<LastCheck last={last} />
			) : (
				<div className="min-w-0 flex-1 basis-72 space-y-1" aria-live="polite">
					<p className="break-words text-muted">
						{open.state === "waiting"
							? "Waits for a worker: comparison with "
							: `${formatPlural(open.done, "item")} compared with `}
						<span className="break-all">{open.url}</span>
					</p>
					{open.state === "running" ? (
						<Progress label={`Comparison of ${id}`} done={open.done} total={datasets} />
					) : null}
				</div>
			)}
			<div className="ml-auto flex flex-wrap gap-1.5">
				{open === null && found > 0 ? (
					<Button onClick={() => setShown("differences")}>
						<List aria-hidden />
						Show differences
					</Button>
				) : null}
				{open === null ? (
					<May act="publications.check">
						<Button onClick={() => setShown("form")}>
							<Scale aria-hidden />
							Compare with …
						</Button>
					</May>
				) : (
					<May act="publications.cancel-check">
						<Button pending={pending} onClick={cancel}>
							<Square aria-hidden />
							Stop
						</Button>
					</May>
				)}
			</div>
			{error === null ? null : (
				<p className="basis-full text-failed">{error.message} What you see may be out of date.</p>
			)}
			{shown === "form" ? (
				<CompareDialog
					id={id}
					start={
						last ?? { url: publication.stac === "public" ? `${origin}/stac` : "", collection: id, reference: false }
					}
					check={actions.check}
					onDone={async () => {
						setShown(null);
						await again();
					}}
					onClose={() => setShown(null)}
				/>
			) : null}
			{shown === "differences" && last !== null ? (
				<PublishedDifferences container={id} check={last} onClose={() => setShown(null)} />
			) : null}
		</div>
	);
}

function LastCheck({ last }: { readonly last: CheckView | null }) {
	if (last === null)
		return <p className="min-w-0 flex-1 basis-72 text-muted">It was never compared with what others have of it.</p>;
	const { state, url, reason, finishedAt, createdAt } = last;
	return (
		<div className="min-w-0 flex-1 basis-72">
			<p className="break-words">
				{state === "failed" ? <span className="text-failed">could not be compared</span> : <Counts check={last} />}{" "}
				<span className="text-muted">
					with <span className="break-all">{url}</span>, <RelativeTime instant={finishedAt ?? createdAt} />
				</span>
			</p>
			{reason === null ? null : (
				<p className={cx("break-words text-fine", state === "failed" ? "text-failed" : "text-out-of-sync")}>
					{state === "failed" ? reason : `Unknown because ${reason}.`}
				</p>
			)}
		</div>
	);
}

function Counts({ check: { same, differing, missing, foreign, unknown, reference } }: { readonly check: CheckView }) {
	const parts = [
		[differing, "differing"],
		[missing, "missing there"],
		[foreign, "foreign there"],
		[unknown, "unknown"],
	] as const;
	const found = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
	return (
		<span className={found.length === 0 ? "text-in-sync" : "text-out-of-sync"}>
			{[`${formatPlural(same, "item")} the same`, ...found].join(", ")}
			{reference ? " (as a reference)" : ""}
		</span>
	);
}
