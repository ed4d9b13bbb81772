"use client";

import Link from "next/link";
import { type ReactNode, useState } from "react";
import { cx } from "#components/ui/cx.ts";
import { formatDuration } from "#components/ui/format.ts";
import { useNow } from "#components/ui/times/now.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { HealthDay } from "#lib/catalog/health/health-days.ts";
import type { HealthNumbers } from "#lib/catalog/health/health-numbers.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { ageAtDay, beforeToday, monthOf } from "./month.ts";
import { Sparkline, type SparkPoint } from "./sparkline.tsx";

interface NumberTilesProps {
	readonly numbers: HealthNumbers;
	readonly days: readonly HealthDay[];
}

/** What the sentence above them is made of: each with its month, and a link to where it is listed. */
export function NumberTiles({ numbers, days }: NumberTilesProps) {
	const { differences, rejected, waiting, oldest } = numbers;
	const today = useNow((now) => new Date(now).toISOString().slice(0, 10));
	const age = useNow((now) => (oldest === null ? -1 : Math.floor((now - Date.parse(oldest.asOf)) / 60_000) * 60));
	const monthly = (now: number | null, of: (day: HealthDay) => number | null) => monthOf(days, { today, now, of });
	return (
		<ul aria-label="Numbers" className="grid grid-cols-2 gap-2 xl:grid-cols-4">
			<Tile
				href="/?view=list&sort=-differences"
				name="Files out of step"
				colour="var(--out-of-sync)"
				isZero={differences === 0}
				points={monthly(differences, (day) => day.differences)}
				format={formatCount}
			>
				{formatCount(differences)}
			</Tile>
			<Tile
				href="/rejections"
				name="Rejected files"
				colour="var(--rejected)"
				isZero={rejected === 0}
				points={monthly(rejected, (day) => day.rejected)}
				format={formatCount}
			>
				{formatCount(rejected)}
			</Tile>
			<Tile
				href="/containers?state=held"
				name="Waiting for a person"
				colour="var(--held)"
				isZero={waiting === 0}
				points={monthly(waiting, (day) => day.waiting)}
				format={formatCount}
			>
				{formatCount(waiting)}
			</Tile>
			<Tile
				href="/?view=list&sort=asOf"
				name="Oldest unverified"
				colour="var(--muted)"
				isZero
				points={monthly(age < 0 ? null : age, ageAtDay)}
				format={formatDuration}
				hint={<Oldest numbers={numbers} />}
			>
				{oldest === null ? "never" : <RelativeTime instant={oldest.asOf} />}
			</Tile>
		</ul>
	);
}

function Oldest({ numbers: { oldest, oldestReading, neverSeen } }: Pick<NumberTilesProps, "numbers">) {
	if (neverSeen > 0) return <>{formatPlural(neverSeen, "container")} never seen completely</>;
	if (oldest === null) return null;
	return (
		<>
			{oldest.id}
			{oldestReading === null ? null : (
				<>
					; files read <RelativeTime instant={oldestReading.at} />
				</>
			)}
		</>
	);
}

interface TileProps {
	readonly href: string;
	readonly name: string;
	readonly colour: string;
	/** Nothing has to be done about it. */
	readonly isZero: boolean;
	readonly points: readonly SparkPoint[];
	readonly format: (value: number) => string;
	readonly hint?: ReactNode;
	readonly children: ReactNode;
}

function Tile({ href, name, colour, isZero, points, format, hint, children }: TileProps) {
	const [pointed, setPointed] = useState<SparkPoint | null>(null);
	const known = beforeToday(points);
	return (
		<li className="min-w-0 rounded-md border bg-surface px-3 py-2 focus-within:border-border-strong hover:border-border-strong">
			<Link href={href} prefetch={false} className="group block min-w-0 rounded-sm">
				<span className="block text-faint text-fine group-hover:underline">{name}</span>
				<span className="flex items-baseline gap-2">
					<span className={cx("shrink-0 font-semibold text-xl", isZero ? "text-muted" : "text-text")}>{children}</span>
					{hint ? <span className="min-w-0 truncate text-faint text-fine">{hint}</span> : null}
				</span>
			</Link>
			{known === null ? (
				<p className="mt-1 text-faint text-fine">No history yet: it begins today.</p>
			) : (
				<>
					<Sparkline points={points} colour={colour} onPoint={setPointed} />
					<p className="text-faint text-fine">{monthInWords(pointed, known, format)}</p>
					<MonthTable name={name} points={points} format={format} />
				</>
			)}
		</li>
	);
}

function monthInWords(
	pointed: SparkPoint | null,
	{ first, last }: { readonly first: SparkPoint; readonly last: SparkPoint },
	format: (value: number) => string,
): string {
	if (pointed !== null) return `${pointed.day}: ${pointed.value === null ? "not known" : format(pointed.value)}`;
	if (first.day === last.day) return `${format(last.value ?? 0)} on ${last.day}`;
	return `${format(first.value ?? 0)} on ${first.day}, ${format(last.value ?? 0)} on ${last.day}`;
}

/** The month for screen readers. */
function MonthTable({ name, points, format }: Pick<TileProps, "name" | "points" | "format">) {
	return (
		<table className="sr-only">
			<caption>{name}, the last 30 days</caption>
			<thead>
				<tr>
					<th scope="col">Day</th>
					<th scope="col">{name}</th>
				</tr>
			</thead>
			<tbody>
				{points.map(({ day, value }) =>
					value === null ? null : (
						<tr key={day}>
							<th scope="row">{day}</th>
							<td>{format(value)}</td>
						</tr>
					),
				)}
			</tbody>
		</table>
	);
}
