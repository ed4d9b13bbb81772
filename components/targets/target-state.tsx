import { Check, CircleDashed, CirclePause, Clock, Hand, Hourglass, type LucideIcon, Triangle, X } from "lucide-react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import type { PushView, TargetState, TargetView } from "#lib/catalog/targets/target-views.ts";

/** States as icon + word + colour; `null`: the icon turns. */
const looks: Readonly<
	Record<TargetState, { readonly icon: LucideIcon | null; readonly tone: Tone; readonly quiet?: boolean }>
> = {
	failed: { icon: X, tone: "failed" },
	held: { icon: Hand, tone: "held" },
	"at work": { icon: null, tone: "syncing" },
	waiting: { icon: Hourglass, tone: "never" },
	paused: { icon: CirclePause, tone: "overdue" },
	behind: { icon: Clock, tone: "overdue" },
	"never pushed": { icon: CircleDashed, tone: "never", quiet: true },
	differs: { icon: Triangle, tone: "out-of-sync" },
	"in step": { icon: Check, tone: "in-sync", quiet: true },
};

export const atWorkWords = { push: "pushing", check: "checking", adopt: "adopting" } as const satisfies Readonly<
	Record<PushView["kind"], string>
>;

export function TargetStateLabel({
	target: { state, current },
}: {
	readonly target: Pick<TargetView, "state" | "current">;
}) {
	const { icon: Icon, tone, quiet = false } = looks[state];
	return (
		<Badge tone={tone} className={quiet ? "bg-transparent!" : ""}>
			{Icon === null ? <Spinner /> : <Icon aria-hidden strokeWidth={2.5} />}
			<span>{state === "at work" && current !== null ? atWorkWords[current.kind] : state}</span>
		</Badge>
	);
}
