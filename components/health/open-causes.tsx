"use client";

import { CircleAlert, Unplug } from "lucide-react";
import Link from "next/link";
import { useCauses } from "#components/problems/use-causes.ts";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { type CauseView, groupOf } from "#lib/catalog/causes/cause-records.ts";

const most = 3;

/** Why containers are not in step: the causes that wait for a person, those of most containers first. Nothing where there is none. */
export function OpenCauses({ seed }: { readonly seed: readonly CauseView[] }) {
	const causes = useCauses(seed);
	const open = causes.filter((cause) => groupOf(cause) === "open").toSorted((a, b) => b.containers - a.containers);
	if (open.length === 0) return null;
	return (
		<ul aria-label="Open problems" className="space-y-1">
			{open.slice(0, most).map(({ key, sentence, containers, firstSeen, down }) => {
				const Icon = down ? Unplug : CircleAlert;
				return (
					<li key={key} className="flex items-start gap-2">
						<Icon aria-hidden className="mt-0.5 ml-0.5 size-4 shrink-0 text-failed" />
						<span className="min-w-0">
							<Link
								href={`/problems?${new URLSearchParams({ cause: key })}`}
								prefetch={false}
								className="line-clamp-2 break-words hover:underline sm:line-clamp-1"
							>
								{sentence}
							</Link>
							<span className="text-faint text-fine">
								{formatPlural(containers, "container")} · since <RelativeTime instant={firstSeen} />
							</span>
						</span>
					</li>
				);
			})}
			{open.length > most ? (
				<li className="ml-6.5">
					<Link href="/problems" prefetch={false} className="text-muted hover:underline">
						{formatCount(open.length - most)} more
					</Link>
				</li>
			) : null}
		</ul>
	);
}
