"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { PublicationTotals } from "#lib/catalog/publications/totals.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** Milliseconds; while something is being compared more often. */
const askEvery = { now: 3000, else: 30_000 };

/** What is served to others, and whether that is what the catalogue holds. Nothing where nothing is published. */
export function PublishedLine({ seed }: { readonly seed: PublicationTotals }) {
	const { data: totals } = useQuery({
		queryKey: queryKeys.publications,
		queryFn: ({ signal }) => fetchJson<PublicationTotals>("/api/publications", { signal }),
		refetchInterval: ({ state }) => (state.data && state.data.filling > 0 ? askEvery.now : askEvery.else),
		...seeded(seed),
	});
	const published = totals.public + totals.token;
	if (published + totals.filling === 0) return null;
	return (
		<section aria-labelledby="published-heading" className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
			<h2 id="published-heading" className="font-semibold">
				Published
			</h2>
			<p>
				{formatPlural(published, "container")}
				{totals.token === 0 ? "" : `, ${formatCount(totals.token)} of them with a token only`}
			</p>
			<p className="text-muted">{formatPlural(totals.items, "item")}</p>
			<Lag totals={totals} />
			{totals.lastChange === null ? null : (
				<p className="text-muted">
					last change <RelativeTime instant={totals.lastChange} />
				</p>
			)}
			{totals.lastCheck === null ? null : (
				<p className={totals.notFollowed > 0 ? "text-out-of-sync" : "text-muted"}>
					{totals.notFollowed > 0 ? `others differ from ${formatPlural(totals.notFollowed, "container")}, ` : ""}
					last compared with others <RelativeTime instant={totals.lastCheck} />
				</p>
			)}
		</section>
	);
}

function Lag({ totals: { filling, behind, failed } }: { readonly totals: PublicationTotals }) {
	if (failed > 0)
		return <p className="text-failed">{formatPlural(failed, "container")} cannot be compared: see eosync doctor</p>;
	if (filling === 0) return <p className="text-in-sync">up to date</p>;
	return (
		<p className="text-out-of-sync">
			{behind === 0 ? "being compared" : `${formatPlural(behind, "dataset")} behind`}, in{" "}
			{formatPlural(filling, "container")}
		</p>
	);
}
