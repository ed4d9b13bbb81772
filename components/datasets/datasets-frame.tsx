"use client";

import type { ReactNode } from "react";
import { FootprintMap } from "#components/map/footprint-map.tsx";
import type { TimeDensity, TimeRange } from "#components/timeline/time-scale.ts";
import { Timeline } from "#components/timeline/timeline.tsx";
import { Button } from "#components/ui/button.tsx";
import { Select } from "#components/ui/form/input.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";

interface DatasetsFrameProps {
	readonly map: Pick<
		Parameters<typeof FootprintMap>[0],
		"label" | "features" | "isLoading" | "highlighted" | "onHighlight" | "onPick"
	> & {
		/** Why it shows an earlier answer; null: it does not. */
		readonly error?: string | null;
	};
	readonly time: {
		readonly density: TimeDensity | null;
		readonly range: TimeRange | null;
		readonly onRange: (range: TimeRange | null) => void;
	};
	readonly search: string;
	readonly onSearch: (search: string) => void;
	readonly order: {
		readonly value: string;
		readonly choices: readonly { readonly value: string; readonly label: string }[];
		readonly onOrder: (value: string) => void;
	};
	/** How many there are, in words. */
	readonly count: string;
	/** Takes all filters away; null: there are none. */
	readonly onShowAll: (() => void) | null;
	/** The list. */
	readonly children: ReactNode;
}

/** A list of datasets with its map, timeline, search and order, which all show the same selection. Where there is room the map is beside the list. */
export function DatasetsFrame({
	map: { error = null, ...map },
	time,
	search,
	onSearch,
	order,
	count,
	onShowAll,
	children,
}: DatasetsFrameProps) {
	return (
		<div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(24rem,32%)]">
			<div className="space-y-3 xl:sticky xl:top-14 xl:order-last">
				<FootprintMap {...map} className="h-64 xl:h-96" />
				{error === null ? null : <p className="text-fine text-muted">The map has an earlier answer: {error}</p>}
				<Timeline label="Datasets by time" {...time} />
			</div>
			<div className="min-w-0 space-y-3">
				<div className="flex flex-wrap items-center gap-2">
					<SearchField
						label="Search EO IDs and paths"
						placeholder="EO ID or path"
						search={search}
						onSearch={onSearch}
					/>
					<Select
						aria-label="Order"
						className="w-auto!"
						value={order.value}
						onChange={({ target }) => order.onOrder(target.value)}
					>
						{order.choices.map(({ value, label }) => (
							<option key={value} value={value}>
								{label}
							</option>
						))}
					</Select>
					<span role="status" className="text-muted">
						{count}
					</span>
					{onShowAll === null ? null : (
						<Button variant="quiet" onClick={onShowAll}>
							Show all
						</Button>
					)}
				</div>
				{children}
			</div>
		</div>
	);
}
