import { X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { Week } from "#lib/catalog/schedules/schedule-week.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { dayName, hourName } from "./week-words.ts";

interface HourContainersProps {
	readonly week: Week;
	readonly index: number;
	readonly onClose: () => void;
}

const namedFirst = 200;

/** Which containers begin in one hour. */
export function HourContainers({ week, index, onClose }: HourContainersProps) {
	const [showsAll, setShowsAll] = useState(false);
	const { count, containers } = week.hours[index] ?? { count: 0, containers: [] };
	const name = `${dayName(week, Math.floor(index / 24))} from ${hourName(index % 24)} to ${hourName((index % 24) + 1)}`;
	return (
		<section aria-label={name} className="rounded-md border bg-surface px-3 py-2">
			<div className="flex items-center justify-between gap-3">
				<h2 className="font-medium">
					{name}: {formatPlural(count, "container")}
				</h2>
				<Button variant="quiet" icon aria-label="Close" onClick={onClose}>
					<X aria-hidden />
				</Button>
			</div>
			<ul className="mt-1 flex max-h-60 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
				{containers.slice(0, showsAll ? undefined : namedFirst).map((id) => (
					<li key={id} className="min-w-0">
						<Link
							href={`/containers/${encodeURIComponent(id)}`}
							prefetch={false}
							className="break-all font-mono text-fine underline-offset-2 hover:underline"
						>
							{id}
						</Link>
					</li>
				))}
				{count > namedFirst && !showsAll ? (
					<li>
						<button type="button" className="text-accent hover:underline" onClick={() => setShowsAll(true)}>
							and {formatCount(count - namedFirst)} more
						</button>
					</li>
				) : null}
			</ul>
		</section>
	);
}
