"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { batchSentence, batchTitle } from "#lib/catalog/batches/batch-sentence.ts";
import type { BatchActions } from "./batch-actions.ts";
import { BatchButtons } from "./batch-buttons.tsx";
import { BatchProgress } from "./batch-progress.tsx";
import { useOpenBatches } from "./use-open-batches.ts";

/** Under the header of every page, but the batch's own, while one is under way: how far it is, and how to stop it. */
export function BatchBar({ actions }: { readonly actions: BatchActions }) {
	const batches = useOpenBatches();
	const path = usePathname();
	const [batch, ...others] = (batches ?? []).filter((each) => path !== `/batches/${each.batch}`).toReversed();
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
