"use client";

import type { KeyboardEvent } from "react";
import { cx } from "#components/ui/cx.ts";
import { formatInstant } from "#components/ui/format.ts";
import { fractionOf, instantAtFraction, type TimeDensity, type TimeRange } from "./time-scale.ts";

interface TimelineHandleProps {
	readonly which: "begin" | "end";
	readonly density: TimeDensity;
	readonly range: TimeRange | null;
	readonly onRange: (range: TimeRange | null) => void;
}

/** One end of the chosen part, moved by the keys: arrows one bar, Page keys ten, Home and End as far as it goes. */
export function TimelineHandle({ which, density, range, onRange }: TimelineHandleProps) {
	const chosen: TimeRange = range ?? { begin: density.begin, end: density.end };
	const at = fractionOf(density, chosen[which]);
	const other = fractionOf(density, chosen[which === "begin" ? "end" : "begin"]);

	function onKeyDown(event: KeyboardEvent) {
		const bar = 1 / density.counts.length;
		const target = {
			ArrowLeft: at - bar,
			ArrowRight: at + bar,
			PageDown: at - 10 * bar,
			PageUp: at + 10 * bar,
			Home: 0,
			End: 1,
		}[event.key];
		if (target === undefined) return;
		event.preventDefault();
		const bounded = which === "begin" ? Math.min(target, other) : Math.max(target, other);
		const next = { ...chosen, [which]: instantAtFraction(density, bounded) };
		onRange(next.begin === density.begin && next.end === density.end ? null : next);
	}

	return (
		<div
			role="slider"
			tabIndex={0}
			aria-label={which === "begin" ? "From" : "Until"}
			aria-valuemin={0}
			aria-valuemax={100}
			aria-valuenow={Math.round(at * 100)}
			aria-valuetext={formatInstant(chosen[which])}
			onKeyDown={onKeyDown}
			style={{ left: `${at * 100}%` }}
			className={cx(
				"absolute inset-y-0 w-1.5 -translate-x-1/2 rounded-full",
				range === null ? "bg-transparent" : "bg-accent",
			)}
		/>
	);
}
