"use client";

import { Check, Triangle } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useUser } from "#components/access/user-context.tsx";
import { cx } from "#components/ui/cx.ts";
import { formatDay, formatInstant } from "#components/ui/format.ts";
import { useNow } from "#components/ui/times/now.tsx";
import { type HealthNumbers, untrueCount, untrueStates } from "#lib/catalog/health/health-numbers.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** Is the catalogue true? In one sentence, with links to where it is not. */
export function Verdict({ numbers }: { readonly numbers: HealthNumbers }) {
	const untrue = untrueCount(numbers);
	const isTrue = untrue === 0 && numbers.unreachable === 0;
	const Icon = isTrue ? Check : Triangle;
	return (
		<p className="flex items-start gap-2.5 text-base">
			<Icon
				aria-hidden
				strokeWidth={2.5}
				className={cx("mt-0.5 size-5 shrink-0", isTrue ? "text-in-sync" : "text-out-of-sync")}
			/>
			<span className="min-w-0">
				{untrue === 0 ? <True numbers={numbers} /> : <Untrue numbers={numbers} untrue={untrue} />}
			</span>
		</p>
	);
}

function True({
	numbers: { containers, byState, oldest, rejected, unreachable },
}: {
	readonly numbers: HealthNumbers;
}) {
	const syncing = byState.get("syncing") ?? 0;
	if (syncing === containers) return <>{formatPlural(containers, "container")}: all are being synced.</>;
	return (
		<>
			<b className="font-semibold">
				The catalogue is true
				{oldest === null ? null : (
					<>
						{" as of "}
						<Clock instant={oldest.asOf} />
					</>
				)}
			</b>
			: {formatPlural(containers - syncing, "container")} in sync
			{rejected > 0 ? (
				<>
					, but for <Where state="rejected">{formatPlural(rejected, "rejected file")}</Where>
				</>
			) : null}
			{unreachable > 0 ? `; of ${formatCount(unreachable)} a storage cannot be reached now` : null}
			{syncing > 0 ? `; ${formatCount(syncing)} being synced` : null}.
		</>
	);
}

interface UntrueProps {
	readonly numbers: HealthNumbers;
	readonly untrue: number;
}

function Untrue({ numbers: { containers, byState }, untrue }: UntrueProps) {
	const present = untrueStates.filter((state) => byState.has(state));
	const syncing = byState.get("syncing") ?? 0;
	return (
		<>
			<b className="font-semibold">
				{formatCount(untrue)} of {formatPlural(containers, "container")} {untrue === 1 ? "is" : "are"} not in step
			</b>
			:{" "}
			{present.map((state, index) => (
				<span key={state}>
					{index === 0 ? null : ", "}
					<Where state={state}>
						{formatCount(byState.get(state) ?? 0)} {state}
					</Where>
				</span>
			))}
			{syncing > 0 ? `; ${formatCount(syncing)} being synced` : null}.
		</>
	);
}

function Where({ state, children }: { readonly state: string; readonly children: ReactNode }) {
	return (
		<Link
			href={`/containers?${new URLSearchParams({ state })}`}
			prefetch={false}
			className="whitespace-nowrap underline decoration-border-strong underline-offset-4 hover:decoration-current pointer-coarse:py-1"
		>
			{children}
		</Link>
	);
}

/** `07:05 UTC` today, with the day on other days, in the user's zone. */
function Clock({ instant }: { readonly instant: Instant }) {
	const { timeZone } = useUser();
	const today = useNow((now) => formatDay(new Date(now).toISOString(), timeZone));
	const text = formatInstant(instant, timeZone);
	const minutes = `${text.slice(0, 16)}${text.slice(19)}`;
	return (
		<time dateTime={instant} title={formatInstant(instant)} className="whitespace-nowrap">
			{text.startsWith(today) ? minutes.slice(11) : minutes}
		</time>
	);
}
