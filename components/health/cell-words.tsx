import { createPortal } from "react-dom";
import { ContainerMarks } from "#components/containers/container-marks.tsx";
import { ContainerStateLabel } from "#components/state.tsx";
import { truncateMiddle } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatPlural } from "#lib/numbers.ts";

interface CellWordsProps {
	readonly cell: HTMLElement;
	readonly container: ContainerView;
}

/** What the pointer or the keyboard is at, in words, beside the cell. Screen readers have them as the cell's name. */
export function CellWords({ cell, container }: CellWordsProps) {
	const { id, title, state, stateReason, lastRun, differences, asOf } = container;
	const { left, top, bottom } = cell.getBoundingClientRect();
	const isAbove = top > window.innerHeight / 2;
	const width = Math.min(352, window.innerWidth - 24);
	return createPortal(
		<div
			aria-hidden
			className="pointer-events-none fixed z-50 space-y-1 rounded-md border bg-surface px-3 py-2 shadow-lg"
			style={{
				width,
				left: Math.max(12, Math.min(left - 24, window.innerWidth - width - 12)),
				...(isAbove ? { bottom: window.innerHeight - top + 6 } : { top: bottom + 6 }),
			}}
		>
			<p className="break-all font-medium font-mono text-fine">{truncateMiddle(id, 120)}</p>
			{title ? <p className="truncate text-faint text-fine">{title}</p> : null}
			<p className="flex flex-wrap items-center gap-1.5">
				<ContainerStateLabel state={state} run={lastRun} />
				{differences > 0 ? <span>{formatPlural(differences, "file")} out of step</span> : null}
				<ContainerMarks container={container} areLinks={false} />
			</p>
			<p className="line-clamp-4 break-words text-muted">{stateReason}</p>
			{asOf === null ? null : (
				<p className="text-faint text-fine">
					As of <RelativeTime instant={asOf} />
				</p>
			)}
		</div>,
		document.body,
	);
}
