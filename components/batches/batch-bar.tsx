"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { fetchJson } from "#components/live/fetch-json.ts";
import { newerBatches } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { merging } from "#components/live/seeded.ts";
import { batchSentence, batchTitle } from "#lib/catalog/batches/batch-sentence.ts";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { BatchActions } from "./batch-actions.ts";
import { BatchButtons } from "./batch-buttons.tsx";
import { BatchProgress } from "./batch-progress.tsx";

/** Under the header of every page, but the batch's own, while one is under way: how far it is, and how to stop it. */
export function BatchBar({ actions }: { readonly actions: BatchActions }) {
	const { data } = useQuery({
		queryKey: queryKeys.openBatches,
		queryFn: ({ signal }) => fetchJson<readonly BatchView[]>("/api/batches/open", { signal }),
		structuralSharing: merging(newestOf),
	});
	const path = usePathname();
	const [batch, ...others] = (data ?? []).filter((each) => path !== `/batches/${each.batch}`).toReversed();
	if (batch === undefined) return null;
	return (
		<section aria-label="Batch under way" className="border-b bg-surface">
			<BatchProgress batch={batch} className="h-0.5 rounded-none" />
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 sm:px-5">
				<p className="min-w-0 flex-1 basis-72 tabular-nums">
					<Link href={`/batches/${batch.batch}`} className="font-medium underline-offset-2 hover:underline">
						{batchTitle(batch)}
					</Link>
					: {batchSentence(batch)}
					{others.length === 0 ? null : (
						<>
							{" · "}
							<Link href="/runs" className="text-muted underline underline-offset-2">
								{others.length} more under way
							</Link>
						</>
					)}
				</p>
				<BatchButtons batch={batch} actions={actions} />
			</div>
		</section>
	);
}

/** The batches of the fresh answer, each as it was read last; those that ended meanwhile are left out. */
function newestOf(shown: readonly BatchView[] | undefined, fresh: readonly BatchView[]): readonly BatchView[] {
	if (shown === undefined) return fresh;
	const read = new Set(fresh.map(({ batch }) => batch));
	return newerBatches(
		shown.filter(({ batch }) => read.has(batch)),
		fresh,
	);
}
