"use client";

import { useRouter } from "next/navigation";
import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { changesInWords } from "#components/change-mark.tsx";
import { runLooks } from "#components/state.tsx";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { formatInstant } from "#components/ui/format.ts";
import type { RunTick } from "#lib/catalog/read-models/run-view.ts";

const most = 30;
const step = 6;
const height = 20;

interface HistoryStripProps {
	readonly container: string;
	readonly history: readonly RunTick[];
	/** `end`: the newest of all rows stand below each other. */
	readonly align?: "start" | "end";
}

/**
 * One tick per run, newest right; its height is the size of the change (log), its colour the outcome. The whole strip
 * is one link, to the tick that the pointer or the arrow keys are at: thousands of links would cost too much.
 */
export function HistoryStrip({ container, history, align = "end" }: HistoryStripProps) {
	const router = useRouter();
	const strip = useRef<HTMLAnchorElement>(null);
	const [shown, setShown] = useState<number | null>(null);
	const shapes = useMemo(() => shapesByColour(history), [history]);
	const at = Math.min(shown ?? history.length - 1, history.length - 1);
	const tick = history[at];
	if (tick === undefined) return <span className="block text-right text-faint">no runs</span>;

	function point(event: MouseEvent<HTMLAnchorElement>) {
		const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
		setShown(Math.max(0, Math.min(history.length - 1, Math.floor(x / step))));
	}
	function move(event: KeyboardEvent) {
		const next = event.key === "ArrowLeft" ? at - 1 : event.key === "ArrowRight" ? at + 1 : -1;
		if (next < 0 || next >= history.length) return;
		event.preventDefault();
		setShown(next);
	}
	return (
		<div className={align === "end" ? "flex justify-end" : "flex"} style={{ width: most * step }}>
			{/* biome-ignore lint/a11y/useAnchorContent: the drawing's words are the link's name */}
			<a
				ref={strip}
				href={ownAddress(`/runs/${tick.run}`)}
				aria-label={`History of ${container}: ${tickInWords(tick)}`}
				onMouseMove={point}
				onMouseLeave={() => setShown(null)}
				onFocus={() => setShown((before) => before ?? history.length - 1)}
				onBlur={() => setShown(null)}
				onKeyDown={move}
				onClick={(event) => {
					if (event.metaKey || event.ctrlKey || event.shiftKey) return;
					event.preventDefault();
					router.push(`/runs/${tick.run}`);
				}}
			>
				<svg aria-hidden width={history.length * step} height={height} className="block">
					{shown === null ? null : <rect x={at * step - 1} width={step} height={height} fill="var(--border)" />}
					{shapes.map(([colour, path]) => (
						<path key={colour} d={path} fill={colour} />
					))}
				</svg>
			</a>
			{shown === null ? null : (
				<Words
					left={(strip.current?.getBoundingClientRect().left ?? 0) + at * step}
					anchor={strip.current}
					tick={tick}
				/>
			)}
		</div>
	);
}

interface WordsProps {
	readonly left: number;
	readonly anchor: HTMLElement | null;
	readonly tick: RunTick;
}

/** Beside the page's flow: rows are clipped. */
function Words({ left, anchor, tick }: WordsProps) {
	const top = (anchor?.getBoundingClientRect().top ?? 0) - 4;
	return createPortal(
		<div
			role="status"
			className="pointer-events-none fixed z-50 max-w-80 -translate-x-1/2 -translate-y-full rounded-md border bg-surface px-2 py-1 text-fine shadow-lg"
			style={{ left: Math.max(150, Math.min(left, window.innerWidth - 170)), top }}
		>
			{tickInWords(tick)}
		</div>,
		document.body,
	);
}

function tickInWords(tick: RunTick): string {
	return `Run ${tick.run}, ${tick.kind} ${tick.state}: ${changesInWords(tick)}. ${formatInstant(tick.at)}`;
}

/** One SVG path per colour. */
function shapesByColour(history: readonly RunTick[]): readonly (readonly [string, string])[] {
	const paths = new Map<string, string>();
	for (const [index, tick] of history.entries()) {
		const colour = `var(--${runLooks[tick.state].tone})`;
		const tall = tickHeight(tick);
		paths.set(colour, `${paths.get(colour) ?? ""}M${index * step} ${height - tall}h${step - 1}v${tall}h${1 - step}z`);
	}
	return [...paths];
}

/** 3 px for none, then 4 px per factor of ten up to the strip's height; whole pixels. */
function tickHeight(tick: RunTick): number {
	const size = tick.added + tick.removed + tick.updated + tick.moved + tick.linked + tick.unlinked + tick.rejected;
	return Math.min(height, Math.round(3 + Math.log10(size + 1) * 4));
}
