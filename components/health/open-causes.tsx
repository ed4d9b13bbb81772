"use client";

import { CircleAlert, Unplug } from "lucide-react";
import { useCauses } from "#components/problems/use-causes.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { type CauseView, groupOf } from "#lib/catalog/causes/cause-records.ts";
import { formatPlural } from "#lib/numbers.ts";
import { TroubleList } from "./trouble-list.tsx";

/** Why containers are not in step: the causes that wait for a person, those of most containers first. Nothing where there is none. */
export function OpenCauses({ seed }: { readonly seed: readonly CauseView[] }) {
	const causes = useCauses(seed);
	const open = causes.filter((cause) => groupOf(cause) === "open").toSorted((a, b) => b.containers - a.containers);
	const troubles = open.map(({ key, sentence, containers, firstSeen, down }) => ({
		key,
		icon: down ? Unplug : CircleAlert,
		tone: "text-failed",
		href: `/problems?${new URLSearchParams({ cause: key })}`,
		sentence,
		details: (
			<>
				{formatPlural(containers, "container")} · since <RelativeTime instant={firstSeen} />
			</>
		),
	}));
	return <TroubleList label="Open problems" troubles={troubles} allHref="/problems" />;
}
