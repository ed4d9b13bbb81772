import type { HeatView } from "#lib/catalog/changes/change-heat.ts";
import { formatPlural } from "#lib/numbers.ts";
import { HeatTable } from "./heat-table.tsx";
import { dayAt } from "./heat-words.ts";

/** Bars over the days on which the datasets begin: up what came in, down what left, across what was only altered; and the same as a table. */
export function HeatDays({ days }: { readonly days: NonNullable<HeatView["days"]> }) {
	const { bars, step } = days;
	const most = Math.max(...bars.map(({ grew, shrank, altered }) => Math.max(grew, shrank, altered)), 1);
	const slots = (bars.at(-1)?.at ?? 0) + 1;
	const height = (count: number) => (count === 0 ? 0 : Math.max(0.04, Math.sqrt(count / most)));
	return (
		<div className="space-y-1">
			<p className="font-medium text-muted">By day of acquisition</p>
			<svg
				aria-hidden="true"
				className="h-20 w-full rounded-md border bg-surface"
				viewBox={`0 -1.1 ${slots} 2.2`}
				preserveAspectRatio="none"
			>
				<line
					x1="0"
					x2={slots}
					y1="0"
					y2="0"
					strokeWidth="1"
					vectorEffect="non-scaling-stroke"
					className="stroke-border-strong"
				/>
				{bars.map(({ at, grew, shrank, altered }) => (
					<g key={at}>
						{grew + shrank === 0 ? (
							<rect
								x={at + 0.08}
								width="0.84"
								y={-height(altered) / 2}
								height={height(altered)}
								className="fill-updated"
							/>
						) : null}
						<rect x={at + 0.08} width="0.84" y={-height(grew)} height={height(grew)} className="fill-added" />
						<rect x={at + 0.08} width="0.84" y="0" height={height(shrank)} className="fill-removed" />
					</g>
				))}
			</svg>
			<div className="flex justify-between text-faint text-fine" aria-hidden>
				<span>{dayAt(days, 0)}</span>
				<span>{dayAt(days, slots - 1)}</span>
			</div>
			<details>
				<summary className="w-fit cursor-pointer rounded py-1 text-muted">Days as a table</summary>
				<section
					aria-label="Days"
					// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
					tabIndex={0}
					className="max-h-80 overflow-y-auto"
				>
					<HeatTable
						caption="By day of acquisition"
						what={step === 1 ? "Day (UTC)" : `${formatPlural(step, "day")} from`}
						rows={bars.map((bar) => ({ ...bar, name: dayAt(days, bar.at) }))}
					/>
				</section>
			</details>
		</div>
	);
}
