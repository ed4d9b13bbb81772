import { Ban, Check, Clock, type LucideIcon, Pause } from "lucide-react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";

/** `null`: the icon turns. */
const looks: Readonly<Record<BatchView["state"], { readonly icon: LucideIcon | null; readonly tone: Tone }>> = {
	running: { icon: null, tone: "syncing" },
	paused: { icon: Pause, tone: "overdue" },
	waiting: { icon: Clock, tone: "never" },
	cancelling: { icon: null, tone: "never" },
	cancelled: { icon: Ban, tone: "never" },
	finished: { icon: Check, tone: "in-sync" },
};

export function BatchStateLabel({ state }: Pick<BatchView, "state">) {
	const { icon: Icon, tone } = looks[state];
	return (
		<Badge tone={tone}>
			{Icon === null ? <Spinner /> : <Icon aria-hidden strokeWidth={2.5} />}
			<span>{state}</span>
		</Badge>
	);
}
