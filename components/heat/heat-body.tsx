"use client";

import { useMemo } from "react";
import { FootprintMap } from "#components/map/footprint-map.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import type { HeatView } from "#lib/catalog/changes/change-heat.ts";
import { formatPlural } from "#lib/numbers.ts";
import { HeatDays } from "./heat-days.tsx";
import { HeatTable } from "./heat-table.tsx";
import { heatFeatures, heatInSigns, heatWords, placeName, totalOf } from "./heat-words.ts";

interface HeatBodyProps {
	readonly heat: HeatView;
	/** The container or run: `MERIS`, `run 12`. */
	readonly of: string;
}

/** Places that a table lists. */
const placesListed = 20;

/** Growth and loss by folder, by place and by day; map and bars have their tables. */
export function HeatBody({ heat, of }: HeatBodyProps) {
	const { folders, otherFolders, days, places } = heat;
	const features = useMemo(() => heatFeatures(places), [places]);
	const busiest = useMemo(
		() => places.cells.toSorted((a, b) => totalOf(b) - totalOf(a)).slice(0, placesListed),
		[places],
	);
	if (totalOf(heat) === 0) {
		return <EmptyState title="No dataset came, left or was altered">Rejected files are not counted here.</EmptyState>;
	}
	return (
		<div className="space-y-3">
			<p>
				In all <span className="font-mono">{heatInSigns(heat)}</span>
				<span className="sr-only">
					{`: ${formatPlural(heat.grew, "dataset")} came in, ${heat.shrank} left, ${heat.altered} were altered.`}
				</span>
			</p>
			<div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2">
				<HeatTable
					caption="By folder"
					what="Folder"
					rows={[
						...folders.map((folder) => ({ ...folder, name: folder.path === "" ? "/" : folder.path })),
						...(otherFolders === null
							? []
							: [{ ...otherFolders, name: `${formatPlural(otherFolders.count, "other folder")}` }]),
					]}
				/>
				<div className="space-y-3">
					<FootprintMap
						label={`Where ${of} grew and shrank`}
						features={features}
						words={heatWords}
						className="h-72 xl:h-96"
					/>
					<details>
						<summary className="w-fit cursor-pointer rounded py-1 text-muted">
							Places as a table{places.cells.length > placesListed ? `: the ${placesListed} with the most changes` : ""}
						</summary>
						<HeatTable
							caption="By place"
							what={`South-west corner of a cell of ${places.size}°`}
							rows={busiest.map((cell) => ({ ...cell, name: placeName(cell) }))}
						/>
					</details>
					{days === null ? null : <HeatDays days={days} />}
				</div>
			</div>
		</div>
	);
}
