import { BellOff, ChevronDown, ChevronRight, CircleAlert, Clock, PlugZap, Unplug } from "lucide-react";
import { useId } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { StorageTestResult } from "#components/storages/storage-test-result.tsx";
import { useTest } from "#components/storages/use-test.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { type CauseView, groupOf } from "#lib/catalog/causes/cause-records.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { CauseDecisions } from "./cause-decisions.tsx";
import { CauseDetail } from "./cause-detail.tsx";
import type { ProblemActions } from "./problem-actions.ts";

interface CauseItemProps {
	readonly cause: CauseView;
	/** Its containers and messages are shown. */
	readonly open: boolean;
	readonly onOpen: (open: boolean) => void;
	readonly actions: ProblemActions;
	readonly onAcknowledge: () => void;
	readonly onChanged: () => void;
}

export function CauseItem({ cause, open, onOpen, actions, onAcknowledge, onChanged }: CauseItemProps) {
	const { key, sentence, containers, firstSeen, down } = cause;
	const detail = useId();
	const Chevron = open ? ChevronDown : ChevronRight;
	const Icon = down ? Unplug : CircleAlert;
	const isOpen = groupOf(cause) === "open";
	const test = useTest(actions.test);
	return (
		<li id={key} className="flex flex-col gap-2 px-3 py-2.5">
			<div className="flex flex-wrap items-start gap-x-3 gap-y-2">
				<button
					type="button"
					aria-expanded={open}
					aria-controls={detail}
					onClick={() => onOpen(!open)}
					className="flex min-w-0 flex-1 basis-72 items-start gap-1.5 rounded text-left"
				>
					<Chevron aria-hidden className="mt-0.5 size-3.5 shrink-0 text-muted" />
					<Icon aria-hidden className={cx("mt-0.5 size-3.5 shrink-0", isOpen ? "text-failed" : "text-muted")} />
					<span className="min-w-0 space-y-0.5">
						<span className={cx("break-words font-medium", open ? "block" : "line-clamp-2")}>{sentence}</span>
						<span className="block text-fine text-muted">
							{formatPlural(containers, "container")} · since <RelativeTime instant={firstSeen} />
						</span>
					</span>
				</button>
				<Buttons
					cause={cause}
					actions={actions}
					onTest={cause.storage === null ? null : () => test.run({ name: cause.storage ?? "" })}
					testing={test.pending}
					onAcknowledge={onAcknowledge}
					onChanged={onChanged}
				/>
			</div>
			<CauseDecisions cause={cause} actions={actions} onChanged={onChanged} />
			{test.test === null ? null : <StorageTestResult test={test.test} />}
			<div id={detail} hidden={!open}>
				{open ? <CauseDetail cause={cause} /> : null}
			</div>
		</li>
	);
}

interface ButtonsProps extends Pick<CauseItemProps, "cause" | "actions" | "onAcknowledge" | "onChanged"> {
	/** null: no storage is involved. */
	readonly onTest: (() => void) | null;
	readonly testing: boolean;
}

function Buttons({ cause, actions, onTest, testing, onAcknowledge, onChanged }: ButtonsProps) {
	const { key, containers, down, recheck, acknowledged, storage, sentence } = cause;
	const { runAction, pending } = useAction();
	const check = () =>
		runAction(
			() => actions.recheck({ key, kind: "check" }),
			({ waits, containers: asked }) => {
				onChanged();
				const what = formatPlural(asked, "container");
				toast.success(
					waits
						? `${what} will be checked when ${storage} is ${down ? "back" : "used again"}.`
						: `${what} will be checked.`,
				);
			},
		);
	const which = `${containers === 1 ? "it" : `all ${formatCount(containers)}`}${waitWords(cause)}`;
	usePageActions([
		...(onTest === null
			? []
			: [{ label: `Test ${storage}`, icon: <PlugZap />, act: "storages.test", go: onTest } as const]),
		...(recheck === null
			? [
					{
						label: `Check ${which}: ${sentence}`,
						icon: <Clock />,
						act: "problems.recheck",
						go: check,
					} as const,
				]
			: []),
		...(acknowledged === null
			? [
					{
						label: `Acknowledge: ${sentence}`,
						icon: <BellOff />,
						act: "problems.acknowledge",
						go: onAcknowledge,
					} as const,
				]
			: []),
	]);
	return (
		<div className="flex flex-wrap gap-1.5">
			{onTest === null ? null : (
				<May act="storages.test">
					<Button aria-label={`Test ${storage}`} pending={testing} onClick={onTest}>
						Test
					</Button>
				</May>
			)}
			{recheck === null ? (
				<May act="problems.recheck">
					<Button pending={pending} onClick={check}>
						Check {which}
					</Button>
				</May>
			) : null}
			{acknowledged === null ? (
				<May act="problems.acknowledge">
					<Button onClick={onAcknowledge}>Acknowledge …</Button>
				</May>
			) : null}
		</div>
	);
}

/** For what its containers wait before they are looked at again. */
function waitWords({ down, pausedUntil }: CauseView): string {
	if (down) return " when it is back";
	return pausedUntil === null ? "" : " when it is used again";
}
