"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleDashed, Clock, Hand, type LucideIcon, Unplug } from "lucide-react";
import Link from "next/link";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { targetHref } from "#components/targets/target-facts.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatCount } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { TargetTrouble } from "#lib/catalog/targets/target-troubles.ts";

/** Milliseconds; events tell of what happens, and nothing tells that nothing does. */
const readAgainEvery = 60_000;
const most = 3;

const looks: Readonly<
	Record<TargetTrouble["trouble"], { readonly icon: LucideIcon; readonly tone: string; readonly words: string }>
> = {
	failing: { icon: Unplug, tone: "text-failed", words: "cannot be brought in step" },
	held: { icon: Hand, tone: "text-held", words: "has a push that waits for approval" },
	behind: { icon: Clock, tone: "text-overdue", words: "is behind, and no push begins" },
	idle: { icon: CircleDashed, tone: "text-muted", words: "is not followed yet: adopt what it has, or push" },
};

/** Which targets do not follow, and why. Nothing where all do. */
export function TargetTroubles({ seed }: { readonly seed: readonly TargetTrouble[] }) {
	const { data: troubles } = useQuery({
		queryKey: queryKeys.targetTroubles,
		queryFn: ({ signal }) => fetchJson<readonly TargetTrouble[]>("/api/target-troubles", { signal }),
		...seeded(seed),
		refetchInterval: readAgainEvery,
	});
	if (troubles.length === 0) return null;
	return (
		<ul aria-label="Targets that do not follow" className="space-y-1">
			{troubles.slice(0, most).map(({ name, trouble, since, message }) => {
				const { icon: Icon, tone, words } = looks[trouble];
				return (
					<li key={name} className="flex items-start gap-2">
						<Icon aria-hidden className={cx("mt-0.5 ml-0.5 size-4 shrink-0", tone)} />
						<span className="min-w-0">
							<Link
								href={targetHref(name)}
								prefetch={false}
								className="line-clamp-2 wrap-anywhere hover:underline sm:line-clamp-1"
							>
								Target {name} {words}
								{message === null ? "" : `: ${message}`}
							</Link>
							{since === null ? null : (
								<span className="text-faint text-fine">
									since <RelativeTime instant={since} />
								</span>
							)}
						</span>
					</li>
				);
			})}
			{troubles.length > most ? (
				<li className="ml-6.5">
					<Link href="/targets" prefetch={false} className="text-muted hover:underline">
						{formatCount(troubles.length - most)} more
					</Link>
				</li>
			) : null}
		</ul>
	);
}
