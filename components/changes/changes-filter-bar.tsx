"use client";

import { ChevronsDownUp, ChevronsUpDown, Download } from "lucide-react";
import { actionLooks } from "#components/change-mark.tsx";
import { tones } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Chip } from "#components/ui/chip.tsx";
import { cx } from "#components/ui/cx.ts";
import { Menu, MenuDownload } from "#components/ui/menu.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import type { ChangeExportFormat } from "#lib/catalog/changes/change-export.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import { formatCount } from "#lib/numbers.ts";

interface ChangesFilterBarProps {
	/** Of the whole run. */
	readonly counts: ChangeCounts;
	readonly action: ChangeAction | null;
	readonly onAction: (action: ChangeAction | null) => void;
	readonly search: string;
	readonly onSearch: (search: string) => void;
	readonly allClosed: boolean;
	readonly onCloseAll: (close: boolean) => void;
	/** Path and query of the file with what is shown, in a format. */
	readonly exportHref: (format: ChangeExportFormat) => string;
}

const formats = [
	["csv", "CSV, for spreadsheets"],
	["jsonl", "JSON lines, for programs"],
	["geojson", "GeoJSON, for maps"],
] as const;

/** A chip per action that occurs, with its count; the search; and all folders at once. */
export function ChangesFilterBar({
	counts,
	action,
	onAction,
	search,
	onSearch,
	allClosed,
	onCloseAll,
	exportHref,
}: ChangesFilterBarProps) {
	const total = changeActions.reduce((sum, each) => sum + counts[each], 0);
	const Fold = allClosed ? ChevronsUpDown : ChevronsDownUp;
	return (
		<div className="flex flex-wrap items-center gap-2">
			{/* biome-ignore lint/a11y/useSemanticElements: a fieldset does not flow with its neighbours */}
			<div role="group" aria-label="Show" className="flex flex-wrap gap-1">
				<Chip pressed={action === null} onClick={() => onAction(null)} className="text-text">
					All {formatCount(total)}
				</Chip>
				{changeActions
					.filter((each) => counts[each] > 0 || each === action)
					.map((each) => (
						<Chip
							key={each}
							pressed={action === each}
							onClick={() => onAction(action === each ? null : each)}
							className={cx(tones[actionLooks[each].tone], action !== each && "bg-transparent!")}
						>
							<span aria-hidden className="font-mono">
								{actionLooks[each].sign}
							</span>{" "}
							{each} {formatCount(counts[each])}
						</Chip>
					))}
			</div>
			<div className="ml-auto flex flex-wrap items-center justify-end gap-2">
				<SearchField label="Search paths and EO IDs" placeholder="Path or EO ID" search={search} onSearch={onSearch} />
				<Button variant="quiet" onClick={() => onCloseAll(!allClosed)}>
					<Fold aria-hidden /> {allClosed ? "Open all" : "Close all"}
				</Button>
				<Menu
					trigger={
						<Button variant="quiet" title="Save what is shown as a file">
							<Download aria-hidden /> Export
						</Button>
					}
				>
					{formats.map(([format, label]) => (
						<MenuDownload key={format} href={exportHref(format)}>
							{label}
						</MenuDownload>
					))}
				</Menu>
			</div>
		</div>
	);
}
