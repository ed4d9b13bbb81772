"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleDashed, Clock, Hand, type LucideIcon, Unplug } from "lucide-react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { targetHref } from "#components/targets/target-facts.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { TargetTrouble } from "#lib/catalog/targets/target-troubles.ts";
import { TroubleList } from "./trouble-list.tsx";

/** Milliseconds; events tell of what happens, and nothing tells that nothing does. */
const readAgainEvery = 60_000;

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
	const lines = troubles.map(({ name, trouble, since, message }) => {
		const { icon, tone, words } = looks[trouble];
		return {
			key: name,
			icon,
			tone,
			href: targetHref(name),
			sentence: `Target ${name} ${words}${message === null ? "" : `: ${message}`}`,
			details:
				since === null ? null : (
					<>
						since <RelativeTime instant={since} />
					</>
				),
		};
	});
	return <TroubleList label="Targets that do not follow" troubles={lines} allHref="/targets" />;
}
