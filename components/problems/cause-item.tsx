import {
	Ban,
	BellOff,
	BellRing,
	ChevronDown,
	ChevronRight,
	CircleAlert,
	Clock,
	type LucideIcon,
	PlugZap,
	Unplug,
} from "lucide-react";
import Link from "next/link";
import { type ReactNode, useId } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { StorageTestResult } from "#components/storages/storage-test-result.tsx";
import { useTest } from "#components/storages/use-test.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { Permission } from "#lib/access/permissions.ts";
import { type CauseView, groupOf } from "#lib/catalog/causes/cause-records.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
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
			<Standing cause={cause} actions={actions} onChanged={onChanged} />
			{test.test === null ? null : <StorageTestResult test={test.test} />}
			<div id={detail} hidden={!open}>
				{open ? <Detail cause={cause} /> : null}
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

/** What users have decided about it, each with the button that takes it back. */
function Standing({ cause, actions, onChanged }: Pick<CauseItemProps, "cause" | "actions" | "onChanged">) {
	const { key, acknowledged, recheck, pausedUntil, storage, sentence } = cause;
	const { runAction, pending } = useAction();
	const revoke = () => runAction(() => actions.revoke({ key }), onChanged);
	const cancel = () => runAction(() => actions.cancelRecheck({ key }), onChanged);
	usePageActions([
		...(acknowledged === null
			? []
			: [
					{
						label: `Revoke what is acknowledged: ${sentence}`,
						icon: <BellRing />,
						act: "problems.revoke",
						go: revoke,
					} as const,
				]),
		...(recheck === null
			? []
			: [
					{
						label: `Cancel the ${recheck.kind} when ${storage} is back`,
						icon: <Ban />,
						act: "problems.cancel-recheck",
						go: cancel,
					} as const,
				]),
	]);
	return (
		<>
			{pausedUntil === null ? null : (
				<p className="flex items-start gap-1.5 pl-5 text-fine text-muted">
					<Clock aria-hidden className="mt-0.5 size-3 shrink-0" />
					<span>
						{storage} is paused or outside its hours until <InstantText instant={pausedUntil} />
					</span>
				</p>
			)}
			{acknowledged === null ? null : (
				<Decision icon={BellOff} act="problems.revoke" takeBack="Revoke" pending={pending} onTakeBack={revoke}>
					Acknowledged by {acknowledged.by} <RelativeTime instant={acknowledged.at} />,{" "}
					{acknowledged.until === null ? (
						"until it changes"
					) : (
						<>
							until <InstantText instant={acknowledged.until} />
						</>
					)}
					: {acknowledged.note}
				</Decision>
			)}
			{recheck === null ? null : (
				<Decision
					icon={Clock}
					role="status"
					act="problems.cancel-recheck"
					takeBack="Cancel"
					pending={pending}
					onTakeBack={cancel}
				>
					Its containers are {recheck.kind === "sync" ? "synced" : "checked"} when {storage} is back, asked for by{" "}
					{recheck.by} <RelativeTime instant={recheck.at} />
				</Decision>
			)}
		</>
	);
}

interface DecisionProps {
	readonly icon: LucideIcon;
	readonly role?: "status" | undefined;
	readonly act: Permission;
	/** The button's word. */
	readonly takeBack: string;
	readonly pending: boolean;
	readonly onTakeBack: () => void;
	readonly children: ReactNode;
}

function Decision({ icon: Icon, role, act, takeBack, pending, onTakeBack, children }: DecisionProps) {
	return (
		<p role={role} className="flex flex-wrap items-center gap-1.5 pl-5 text-fine text-muted">
			<span className="flex min-w-0 items-start gap-1.5">
				<Icon aria-hidden className="mt-0.5 size-3 shrink-0" />
				<span className="min-w-0 break-words">{children}</span>
			</span>
			<May act={act}>
				<Button variant="quiet" pending={pending} onClick={onTakeBack}>
					{takeBack}
				</Button>
			</May>
		</p>
	);
}

function Detail({ cause }: { readonly cause: CauseView }) {
	const { key, place, containers, examples, messages, firstSeen, lastSeen } = cause;
	return (
		<div className="space-y-3 pl-5">
			<dl className="grid grid-cols-[auto_1fr] gap-x-4 text-fine text-muted">
				<dt>First seen</dt>
				<dd>
					<InstantText instant={firstSeen} />
				</dd>
				<dt>Last seen</dt>
				<dd>
					<InstantText instant={lastSeen} />
				</dd>
				{place === "" ? null : (
					<>
						<dt>Place</dt>
						<dd className="break-all font-mono">
							<bdi>{place}</bdi>
						</dd>
					</>
				)}
				<dt>Key</dt>
				<dd className="break-all font-mono">{key}</dd>
			</dl>
			{messages.length > 0 ? (
				<div className="space-y-1">
					<h3 className="font-medium text-fine">What runs said</h3>
					<ul className="space-y-1">
						{messages.map((message) => (
							<li
								key={message}
								className="whitespace-pre-line break-words rounded bg-raised px-2 py-1 font-mono text-fine"
							>
								{message}
							</li>
						))}
					</ul>
				</div>
			) : null}
			<div className="space-y-1">
				<h3 className="font-medium text-fine">Containers</h3>
				<p className="break-words text-fine">
					{examples.map((id, index) => (
						<span key={id}>
							{index === 0 ? null : ", "}
							<Link
								href={`/containers/${encodeURIComponent(id)}`}
								className="break-all font-mono hover:underline pointer-coarse:inline-block pointer-coarse:py-1"
							>
								{id}
							</Link>
						</span>
					))}
					{containers > examples.length ? ` and ${formatCount(containers - examples.length)} more` : null}
				</p>
				<Link
					href={`/containers?cause=${encodeURIComponent(key)}`}
					className="inline-block text-accent text-fine hover:underline pointer-coarse:py-1"
				>
					Show {containers === 1 ? "it" : `all ${formatCount(containers)}`} in the list of containers
				</Link>
			</div>
		</div>
	);
}
