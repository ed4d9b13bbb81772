import {
	Ban,
	Check,
	CircleDashed,
	ClipboardList,
	Clock,
	Hand,
	Hourglass,
	type LucideIcon,
	Triangle,
	TriangleAlert,
	Unplug,
	X,
} from "lucide-react";
import type { ReactNode } from "react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { Explained } from "#components/ui/explained.tsx";
import { percentOf } from "#components/ui/states/progress.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import type { ContainerState } from "#lib/catalog/read-models/container-view.ts";
import type { RunState, RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";

/** States as icon + word + colour, the same on every page. `null`: the icon turns. */
interface Look {
	readonly icon: LucideIcon | null;
	readonly tone: Tone;
	/** It needs no attention: no background. */
	readonly quiet?: boolean;
}

export const containerLooks: Readonly<Record<ContainerState, Look>> = {
	"in sync": { icon: Check, tone: "in-sync", quiet: true },
	"out of sync": { icon: Triangle, tone: "out-of-sync" },
	syncing: { icon: null, tone: "syncing" },
	held: { icon: Hand, tone: "held" },
	failed: { icon: X, tone: "failed" },
	"never synced": { icon: CircleDashed, tone: "never", quiet: true },
	overdue: { icon: Clock, tone: "overdue" },
};

export const runLooks: Readonly<Record<RunState, Look>> = {
	queued: { icon: Hourglass, tone: "never" },
	scanning: { icon: null, tone: "syncing" },
	reading: { icon: null, tone: "syncing" },
	planned: { icon: ClipboardList, tone: "out-of-sync" },
	held: { icon: Hand, tone: "held" },
	applying: { icon: null, tone: "syncing" },
	succeeded: { icon: Check, tone: "in-sync", quiet: true },
	partial: { icon: TriangleAlert, tone: "overdue" },
	failed: { icon: X, tone: "failed" },
	cancelled: { icon: Ban, tone: "never" },
	interrupted: { icon: Unplug, tone: "overdue" },
};

const markedLook: Look = { icon: Check, tone: "out-of-sync", quiet: true };

interface ContainerStateLabelProps {
	readonly state: ContainerState;
	/** In words, shown when the label is pressed or pointed at. */
	readonly reason?: string;
	/** Something stands beside the state: then "in sync" is not drawn as plainly fine. */
	readonly marked?: boolean;
	/** While it syncs: its percent stands beside the word. */
	readonly run?: RunView | null;
}

export function ContainerStateLabel({ state, reason, run, marked = false }: ContainerStateLabelProps) {
	const percent =
		state === "syncing" && run && isState(run.state, "running")
			? percentOf(run.progress.done, run.progress.total)
			: null;
	const label = (
		<Label look={marked && state === "in sync" ? markedLook : containerLooks[state]} title={undefined}>
			{state}
			{percent === null ? null : ` ${percent} %`}
		</Label>
	);
	return reason ? <Explained text={reason}>{label}</Explained> : label;
}

export function RunStateLabel({ state, reason }: { readonly state: RunState; readonly reason?: string | undefined }) {
	return (
		<Label look={runLooks[state]} title={reason}>
			{state}
		</Label>
	);
}

function Label({
	look,
	title,
	children,
}: {
	readonly look: Look;
	readonly title: string | undefined;
	readonly children: ReactNode;
}) {
	const Icon = look.icon;
	return (
		<Badge tone={look.tone} title={title} className={look.quiet ? "bg-transparent!" : ""}>
			{Icon === null ? <Spinner /> : <Icon aria-hidden strokeWidth={2.5} />}
			<span>{children}</span>
		</Badge>
	);
}
