"use client";

import { useQuery } from "@tanstack/react-query";
import { Cable } from "lucide-react";
import Link from "next/link";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { targetTypeLabels } from "#components/targets/form/target-draft.ts";
import { Elapsed } from "#components/ui/times/relative-time.tsx";
import type { ContainerTarget } from "#lib/catalog/targets/target-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { targetHref } from "./target-facts.tsx";
import { lagText } from "./target-lag.tsx";

interface ContainerTargetsProps {
	/** EO ID. */
	readonly container: string;
	readonly seed: readonly ContainerTarget[];
}

/** Milliseconds; events bring what happens in between. */
const readEvery = 30_000;

/** How the container is in each target that it is pushed to, a line each. Nothing where it is pushed to none. */
export function ContainerTargets({ container, seed }: ContainerTargetsProps) {
	const { data: targets } = useQuery({
		queryKey: queryKeys.containerTargets(container),
		queryFn: ({ signal }) =>
			fetchJson<readonly ContainerTarget[]>(`/api/containers/${encodeURIComponent(container)}/targets`, { signal }),
		...seeded(seed),
		refetchInterval: readEvery,
	});
	if (targets.length === 0) return null;
	return (
		<ul aria-label="Targets" className="space-y-1 rounded-md border bg-surface px-4 py-2">
			{targets.map((one) => (
				<li key={one.target} className="flex items-start gap-x-1.5">
					<Cable aria-hidden className="mt-0.5 size-4 shrink-0 text-faint" />
					<span className="min-w-0 break-words">
						in {targetTypeLabels[one.type]}{" "}
						<Link href={targetHref(one.target)} className="break-all font-medium hover:underline">
							{one.target}
						</Link>
						: {formatCount(one.there)} of {formatCount(one.of)}
						<Standing target={one} container={container} />
					</span>
				</li>
			))}
		</ul>
	);
}

/** What is wrong with it, in words; nothing where nothing is. */
function Standing({ target, container }: { readonly target: ContainerTarget; readonly container: string }) {
	const { state, behindSince, open } = target;
	const trouble = troubles[state];
	return (
		<>
			{behindSince === null ? null : (
				<span className="text-out-of-sync">
					, <Elapsed since={behindSince} format={lagText} /> behind
				</span>
			)}
			{trouble === undefined ? null : <span className={trouble.className}>, {trouble.words}</span>}
			{open === 0 ? null : (
				<>
					,{" "}
					<Link
						href={targetHref(target.target, { container })}
						className="text-out-of-sync underline underline-offset-2"
					>
						{formatPlural(open, "is", "are")} not as the catalogue says
					</Link>
				</>
			)}
		</>
	);
}

const troubles: Readonly<
	Partial<Record<ContainerTarget["state"], { readonly words: string; readonly className: string }>>
> = {
	failed: { words: "it cannot be reached", className: "text-failed" },
	held: { words: "something waits for a person", className: "text-held" },
	paused: { words: "paused", className: "text-overdue" },
	"never pushed": { words: "nothing was pushed yet", className: "text-muted" },
};
