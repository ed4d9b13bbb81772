import Link from "next/link";
import type { ReactNode } from "react";
import { changesInWords } from "#components/change-mark.tsx";
import { containerLooks } from "#components/state.tsx";
import { type Tone, tones } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Progress } from "#components/ui/states/progress.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { ContainerState } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount } from "#lib/numbers.ts";

interface RunNoticeProps {
	readonly container: string;
	readonly running: RunView | null;
	/** The plan that waits to be applied or approved. */
	readonly plan: RunView | null;
	readonly state: ContainerState;
	readonly reason: string;
	/** Something stands beside the state. */
	readonly marked: boolean;
}

/** The run that is active or waits, with a link to it. Empty when all is well. */
export function RunNotice({ container, running, plan, state, reason, marked }: RunNoticeProps) {
	if (running) {
		const { phase, done, total, current } = running.progress;
		return (
			<Notice tone="syncing" run={running.run} action={`Watch run ${running.run}`}>
				<p>
					{phase === "queued"
						? `Run ${running.run} waits for a worker`
						: `Run ${running.run} is ${phase}: ${formatCount(done)}${total === null ? " so far" : ` of ${formatCount(total)}`}`}
					{current ? <span className="ml-2 break-all font-mono text-fine opacity-80">{current}</span> : null}
				</p>
				{phase === "queued" ? null : (
					<Progress label={`Progress of ${container}`} done={done} total={total} className="mt-1.5 bg-surface!" />
				)}
			</Notice>
		);
	}
	// The plan's own notice says why it waits; a later failure or missed run gets one of its own.
	const news = plan ? state === "failed" || state === "overdue" : marked || state !== "in sync";
	return (
		<>
			{news ? (
				<Notice tone={state === "in sync" ? "out-of-sync" : containerLooks[state].tone} run={null} action="">
					<p>{reason}</p>
				</Notice>
			) : null}
			{plan ? <PlanNotice plan={plan} /> : null}
		</>
	);
}

function PlanNotice({ plan }: { readonly plan: RunView }) {
	const held = plan.state === "held";
	return (
		<Notice
			tone={held ? "held" : "out-of-sync"}
			run={plan.run}
			action={held ? "Review and approve" : "Review and apply"}
		>
			<p>
				Run {plan.run} {held ? "is held" : "waits to be applied"}: {changesInWords(plan)}.{" "}
				{held ? plan.guard?.reasons.join(" ") : null}
				{plan.seenAgainAt === null ? null : (
					<>
						{" "}
						Seen again <RelativeTime instant={plan.seenAgainAt} />.
					</>
				)}
			</p>
		</Notice>
	);
}

interface NoticeProps {
	readonly tone: Tone;
	readonly run: number | null;
	readonly action: string;
	readonly children: ReactNode;
}

function Notice({ tone, run, action, children }: NoticeProps) {
	return (
		<div className={cx("flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md px-3 py-2", tones[tone])}>
			<div className="min-w-0 flex-1 basis-72 break-words">{children}</div>
			{run === null ? null : (
				<Button asChild>
					<Link href={`/runs/${run}`}>{action}</Link>
				</Button>
			)}
		</div>
	);
}
