import { CircleAlert, CirclePause } from "lucide-react";
import Link from "next/link";
import { differenceLooks, shownClasses } from "#components/targets/differences/difference-words.ts";
import { tones } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatRelative } from "#components/ui/format.ts";
import { Progress } from "#components/ui/states/progress.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { useNow } from "#components/ui/times/now.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { PushView, TargetView } from "#lib/catalog/targets/target-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { LagText } from "./target-lag.tsx";
import { atWorkWords } from "./target-state.tsx";

export function targetHref(name: string, query: Readonly<Record<string, string>> = {}): string {
	const parameters = new URLSearchParams(query).toString();
	return `/targets/${encodeURIComponent(name)}${parameters === "" ? "" : `?${parameters}`}`;
}

interface TargetFactsProps {
	readonly target: TargetView;
	/** What a held push would do stands beside it. */
	readonly isWhole?: boolean;
}

/** How far a target follows, what was found there, what is at work, and what is wrong. */
export function TargetFacts({ target, isWhole = false }: TargetFactsProps) {
	const { pushedAt, lastCheck, pause, input } = target;
	return (
		<div className="space-y-1.5">
			<p className="flex flex-wrap items-center gap-x-1.5 text-fine text-muted">
				<LagText lag={target} className="font-medium" />
				<span>
					·{" "}
					{pushedAt === null ? (
						"nothing was pushed yet"
					) : (
						<>
							pushed <RelativeTime instant={pushedAt} />
						</>
					)}
				</span>
				<span>
					·{" "}
					{lastCheck === null ? (
						"never checked"
					) : (
						<>
							checked <RelativeTime instant={lastCheck.finishedAt ?? lastCheck.createdAt} />
						</>
					)}
				</span>
				<span>
					· {input.containers === null ? "all containers" : formatPlural(input.containers.length, "container")}
				</span>
			</p>
			<Counts target={target} />
			<AtWork target={target} />
			{pause === null ? null : (
				<p className="flex items-start gap-1 text-fine text-muted">
					<CirclePause aria-hidden className="mt-0.5 size-3 shrink-0 text-overdue" />
					<span className="min-w-0 wrap-anywhere">
						Paused by {pause.by}{" "}
						{pause.until === null ? (
							"until it is resumed"
						) : (
							<>
								until <InstantText instant={pause.until} />
							</>
						)}
						{pause.note === "" ? "" : `: ${pause.note}`}
					</span>
				</p>
			)}
			{target.heldPush !== null && !isWhole ? <Held name={target.name} push={target.heldPush} /> : null}
			<Failure target={target} />
		</div>
	);
}

/** What the last check found; each leads to what it counts. */
function Counts({ target: { name, lastCheck } }: { readonly target: TargetView }) {
	if (lastCheck === null) return null;
	const { counts, id } = lastCheck;
	const found = shownClasses.filter((each) => (counts[each] ?? 0) > 0);
	return (
		<ul aria-label={`What the last check of ${name} found`} className="flex flex-wrap gap-x-3 text-fine">
			<li className="text-muted">{formatCount(counts.same ?? 0)} same</li>
			{found.map((each) => (
				<li key={each}>
					<Link
						href={targetHref(name, { push: String(id), class: each })}
						className={cx(
							"bg-transparent! hover:underline pointer-coarse:inline-block pointer-coarse:py-1",
							tones[differenceLooks[each].tone],
						)}
					>
						{formatCount(counts[each] ?? 0)} {each}
					</Link>
				</li>
			))}
		</ul>
	);
}

function AtWork({ target: { name, current } }: { readonly target: TargetView }) {
	if (current === null) return null;
	const { kind, state, progress, requestedBy } = current;
	const by = requestedBy === null ? "" : `, asked for by ${requestedBy}`;
	if (state === "queued") return <p className="text-fine text-muted">{`Waits for a worker${by}.`}</p>;
	return (
		<div className="space-y-1">
			<Progress label={`${name}: ${atWorkWords[kind]}`} done={progress?.done ?? 0} total={progress?.total ?? null} />
			<p className="text-fine text-muted tabular-nums">
				{formatCount(progress?.done ?? 0)}
				{progress?.total ? ` of ${formatPlural(progress.total, "object")}` : " objects"} so far{by}
			</p>
		</div>
	);
}

function Held({ name, push }: { readonly name: string; readonly push: PushView }) {
	return (
		<p className={cx("flex items-start gap-1.5 rounded px-2 py-1 text-fine", tones.held)}>
			<CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
			<span className="wrap-anywhere min-w-0">
				{push.hold === "adoption" ? "Waits for an adoption" : "Removals are held"}:{" "}
				{push.reason ?? "a person must look."}{" "}
				<Link href={targetHref(name)} className="underline underline-offset-2">
					Review it
				</Link>
			</span>
		</p>
	);
}

function Failure({ target: { failingSince, error, retryAt } }: { readonly target: TargetView }) {
	if (failingSince === null) return null;
	return (
		<p className={cx("flex items-start gap-1.5 rounded px-2 py-1 text-fine", tones.failed)}>
			<CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
			<span className="min-w-0 wrap-anywhere">
				Fails since <RelativeTime instant={failingSince} />: {error ?? "it does not answer."}
				{retryAt === null ? null : <NextAttempt at={retryAt} />}
			</span>
		</p>
	);
}

/** Nothing once it is due. */
function NextAttempt({ at }: { readonly at: string }) {
	const text = useNow((now) => (Date.parse(at) > now + 1000 ? ` Tried again ${formatRelative(at, now)}.` : ""));
	return text;
}
