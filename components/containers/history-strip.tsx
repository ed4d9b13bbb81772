"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { RunTick } from "#lib/catalog/views.ts";
import { changesInWords } from "../change-mark.tsx";
import { runLooks } from "../state.tsx";
import { formatInstant } from "../ui/format.ts";

const width = 5;
const height = 20;

interface HistoryStripProps {
	readonly container: string;
	readonly history: readonly RunTick[];
	/** `end`: the newest of all rows stand below each other. */
	readonly align?: "start" | "end";
}

/** One tick per run, newest right; its height is the size of the change (log), its colour the outcome. */
export function HistoryStrip({ container, history, align = "end" }: HistoryStripProps) {
	const [shown, setShown] = useState<{ readonly index: number; readonly x: number; readonly y: number } | null>(null);
	const [at, setAt] = useState(history.length - 1);
	const list = useRef<HTMLDivElement>(null);
	const current = Math.min(Math.max(at, 0), history.length - 1);

	function show(target: EventTarget) {
		const tick = target instanceof Element ? target.closest<HTMLElement>("[data-tick]") : null;
		if (!tick) return setShown(null);
		const { left, top } = tick.getBoundingClientRect();
		setShown({ index: Number(tick.dataset.tick), x: left + width / 2, y: top });
	}
	function step(event: KeyboardEvent) {
		const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
		const next = current + by;
		if (by === 0 || next < 0 || next >= history.length) return;
		event.preventDefault();
		setAt(next);
		list.current?.querySelector<HTMLElement>(`[data-tick="${next}"]`)?.focus();
	}
	if (history.length === 0) return <span className="text-faint">no runs</span>;
	const tick = shown ? history[shown.index] : undefined;
	return (
		// biome-ignore lint/a11y: the ticks are links; the strip only listens for what bubbles up from them
		<div
			ref={list}
			role="group"
			aria-label={`History of ${container}`}
			className={`flex max-w-full items-end ${align === "end" ? "justify-end" : ""}`}
			style={{ height, width: 30 * (width + 1) }}
			onMouseOver={(event) => show(event.target)}
			onMouseLeave={() => setShown(null)}
			onFocus={(event) => show(event.target)}
			onBlur={() => setShown(null)}
			onKeyDown={step}
		>
			{history.map((each, index) => (
				<a
					key={each.run}
					href={`/runs/${each.run}`}
					data-tick={index}
					tabIndex={index === current ? 0 : -1}
					aria-label={tickInWords(each)}
					className="flex h-full items-end outline-offset-0"
					style={{ width: width + 1, paddingRight: 1 }}
				>
					<span
						className="block w-full rounded-[1px]"
						style={{ height: tickHeight(each), background: `var(--${runLooks[each.state].tone})` }}
					/>
				</a>
			))}
			{shown && tick
				? createPortal(
						<div
							aria-hidden
							className="pointer-events-none fixed z-50 -translate-x-1/2 -translate-y-full rounded-md border bg-surface px-2 py-1 text-fine shadow-lg"
							style={{ left: Math.min(shown.x, window.innerWidth - 140), top: shown.y - 4 }}
						>
							{tickInWords(tick)}
						</div>,
						document.body,
					)
				: null}
		</div>
	);
}

function tickInWords(tick: RunTick): string {
	return `Run ${tick.run}, ${tick.kind} ${tick.state}: ${changesInWords(tick)}. ${formatInstant(tick.at)}`;
}

/** 3 px for none, then 4 px per factor of ten up to the strip's height; whole pixels. */
export function tickHeight(tick: RunTick): number {
	const size = tick.added + tick.removed + tick.updated + tick.moved + tick.linked + tick.unlinked + tick.rejected;
	return Math.min(height, Math.round(3 + Math.log10(size + 1) * 4));
}
