import { memo } from "react";
import { PathText } from "#components/facts/path-text.tsx";
import type { AcceptChoice } from "#components/targets/target-actions.ts";
import { tones } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { Cell, VirtualRowGroup, WholeRow } from "#components/ui/table.tsx";
import { OpenableRow, RowToggle } from "#components/virtual-list/openable-row.tsx";
import type { FoundClass, TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { DifferenceDetail } from "./difference-detail.tsx";
import { differenceLooks, fieldLabel, kindWords } from "./difference-words.ts";

export const differenceColumns =
	"grid-cols-[8.5rem_minmax(0,1fr)] md:grid-cols-[8.5rem_minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1fr)]";

interface DifferenceBlockProps {
	readonly difference: TargetDifference;
	readonly index: number;
	/** Pixels from the top of the list. */
	readonly start: number;
	readonly measure: (element: HTMLDivElement | null) => void;
	/** Characters at the start of the identifier that its neighbours share. */
	readonly common: number;
	readonly active: boolean;
	readonly open: boolean;
	/** undefined: nothing of it can be accepted now. */
	readonly onAccept: ((choice: AcceptChoice) => void) | undefined;
	readonly linkOf: (number: number) => string;
	readonly onToggle: (index: number, number: number) => void;
	readonly onStep: (index: number, step: 1 | -1) => void;
}

/** One object: its line and, when it is open, what differs. */
export const DifferenceBlock = memo(function DifferenceBlock(props: DifferenceBlockProps) {
	const { difference, index, start, measure, common, active, open, onToggle, onStep, onAccept, linkOf } = props;
	const { number, kind, identifier, eoId, container, fields, message } = difference;
	const toggle = () => onToggle(index, number);
	return (
		<VirtualRowGroup ref={measure} index={index} top={start}>
			<OpenableRow
				rowIndex={index + 2}
				columns={differenceColumns}
				highlighted={false}
				onToggle={toggle}
				onPoint={() => {}}
			>
				<Cell>
					<DifferenceMark class={difference.class} />
				</Cell>
				<Cell>
					<RowToggle active={active} open={open} onToggle={toggle}>
						<PathText text={identifier} common={common} className="flex-1" />
						{kind === "coverage" ? null : <span className="shrink-0 text-faint text-fine">{kindWords[kind]}</span>}
					</RowToggle>
				</Cell>
				<Cell className="hidden truncate text-fine text-muted md:block" title={message ?? undefined}>
					{message ?? fields.map(({ field }) => fieldLabel(field).toLowerCase()).join(", ")}
				</Cell>
				<Cell className="hidden text-muted md:block">
					{container !== null ? (
						<PathText text={container} />
					) : eoId !== null && eoId !== identifier ? (
						<PathText text={eoId} />
					) : null}
				</Cell>
			</OpenableRow>
			{open ? (
				<WholeRow columns={4}>
					<DifferenceDetail
						difference={difference}
						link={linkOf(number)}
						onAccept={onAccept}
						onStep={(step) => onStep(index, step)}
					/>
				</WholeRow>
			) : null}
		</VirtualRowGroup>
	);
});

/** The sign in a small square, and the word. */
export function DifferenceMark({ class: one }: { readonly class: FoundClass }) {
	const { sign, tone, meaning } = differenceLooks[one];
	return (
		<span className="inline-flex max-w-full items-center gap-1.5" title={meaning}>
			<span
				aria-hidden
				className={cx(
					"inline-flex size-4 shrink-0 items-center justify-center rounded font-mono font-semibold text-fine leading-none",
					tones[tone],
				)}
			>
				{sign}
			</span>
			<span className="truncate">{one}</span>
		</span>
	);
}
