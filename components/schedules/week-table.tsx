"use client";

import type { KeyboardEvent } from "react";
import { cx } from "#components/ui/cx.ts";
import { useNow } from "#components/ui/times/now.tsx";
import type { Week, WeekHour } from "#lib/catalog/schedules/schedule-week.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { dayName, hourName } from "./week-words.ts";

interface WeekTableProps {
	readonly week: Week;
	/** Index of the hour that is open below. */
	readonly selected: number | null;
	readonly onSelect: (index: number) => void;
}

const days = [0, 1, 2, 3, 4, 5, 6];
const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);
const steps = lookupTable<number>({ ArrowUp: -1, ArrowDown: 1, ArrowLeft: -24, ArrowRight: 24 });

/** Seven days by hours. The arrow keys go from one filled hour to the next. */
export function WeekTable({ week, selected, onSelect }: WeekTableProps) {
	const most = week.hours.reduce((max, cell) => Math.max(max, cell?.count ?? 0), 1);
	function onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
		const step = steps[event.key];
		const at = (event.target as HTMLElement).dataset.hour;
		if (step === undefined || at === undefined) return;
		event.preventDefault();
		for (let next = Number(at) + step; next >= 0 && next < week.hours.length; next += step) {
			if (week.hours[next] === null) continue;
			event.currentTarget.querySelector<HTMLElement>(`[data-hour="${next}"]`)?.focus();
			return;
		}
	}
	return (
		<div className="overflow-hidden rounded-md border bg-surface">
			<table
				aria-label="The next seven days"
				onKeyDown={onKeyDown}
				className="w-full table-fixed border-collapse text-fine"
			>
				<thead>
					<tr className="border-b text-faint">
						<th scope="col" className="w-9 sm:w-14">
							<span className="sr-only">Hour</span>
						</th>
						{days.map((day) => (
							<th
								key={day}
								scope="col"
								className={cx("h-7 border-l px-0.5 font-medium sm:px-1", day === 0 && "text-text")}
							>
								{/* Where columns are narrow all days break, or none. */}
								<span className="max-sm:[word-spacing:100vw]">{dayName(week, day)}</span>
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{hoursOfDay.map((hour) => (
						<tr key={hour} className="h-6 border-b last:border-b-0">
							<th scope="row" className="px-1 text-right font-normal text-faint sm:px-2">
								<span className="sm:hidden">{hour}</span>
								<span className="hidden sm:inline">{hourName(hour)}</span>
							</th>
							{days.map((day) => {
								const index = day * 24 + hour;
								const cell = week.hours[index] ?? null;
								return (
									<td key={day} className="relative border-l p-px">
										<NowLine week={week} index={index} />
										{cell === null ? null : (
											<HourButton
												cell={cell}
												share={cell.count / most}
												index={index}
												name={`${dayName(week, day)} ${hourName(hour)}`}
												open={index === selected}
												onSelect={onSelect}
											/>
										)}
									</td>
								);
							})}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

interface HourButtonProps {
	readonly cell: WeekHour;
	/** Of the fullest hour's containers. */
	readonly share: number;
	readonly index: number;
	readonly name: string;
	readonly open: boolean;
	readonly onSelect: (index: number) => void;
}

function HourButton({ cell: { count, containers }, share, index, name, open, onSelect }: HourButtonProps) {
	const text = count === 1 ? (containers[0] ?? "") : formatPlural(count, "container");
	return (
		<button
			type="button"
			data-hour={index}
			aria-expanded={open}
			aria-label={`${name}: ${text}`}
			title={containers.slice(0, 3).join(", ") + (count > 3 ? ", …" : "")}
			onClick={() => onSelect(index)}
			className={cx(
				"block h-[22px] w-full pointer-coarse:h-6 truncate rounded-[3px] border-l-2 px-0.5 text-center sm:px-1 sm:text-left",
				share > 0.5 && count > 1 ? "border-syncing font-semibold" : "border-border-strong",
				open ? "bg-accent text-on-accent" : "bg-raised hover:bg-syncing-soft",
			)}
		>
			<span className="sm:hidden">{formatCount(count)}</span>
			<span className={cx("hidden sm:inline", count === 1 && "font-mono")}>{text}</span>
		</button>
	);
}

/** Where in this hour the time is now; nothing in the others. */
function NowLine({ week, index }: { readonly week: Week; readonly index: number }) {
	const percent = useNow((now) => {
		const share = (now - Date.parse(week.from)) / 3_600_000 - index;
		return share < 0 || share >= 1 ? -1 : Math.floor(share * 100);
	});
	if (percent < 0) return null;
	return (
		<div
			aria-hidden
			data-now
			style={{ top: `${percent}%` }}
			className="pointer-events-none absolute inset-x-0 z-1 h-0.5 bg-failed"
		/>
	);
}
