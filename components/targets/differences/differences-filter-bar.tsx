"use client";

import { Download } from "lucide-react";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { tones } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Chip } from "#components/ui/chip.tsx";
import { cx } from "#components/ui/cx.ts";
import { Facet } from "#components/ui/facet.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import type { DifferenceCounts } from "#lib/catalog/targets/target-views.ts";
import { formatCount } from "#lib/numbers.ts";
import { differenceLooks, kindWords, shownClasses, shownKinds } from "./difference-words.ts";
import type { DifferencesAddress } from "./differences-filter.ts";

interface DifferencesFilterBarProps {
	/** null: still being counted. */
	readonly counts: DifferenceCounts | null;
	readonly address: DifferencesAddress;
	/** A step that Back takes back. */
	readonly onChange: (change: Partial<DifferencesAddress>) => void;
	/** What is typed. */
	readonly onType: (change: Partial<DifferencesAddress>) => void;
	readonly exportHref: string;
}

const kindChoices = shownKinds.map((kind) => [kind, kindWords[kind]] as const);

/** A chip per class that occurs, with its count; kind and container; the search; and what is shown as a file. */
export function DifferencesFilterBar({ counts, address, onChange, onType, exportHref }: DifferencesFilterBarProps) {
	const classes = counts?.classes ?? {};
	const total = shownClasses.reduce((sum, each) => sum + (classes[each] ?? 0), 0);
	const containers = counts?.containers ?? [];
	return (
		<div className="flex flex-wrap items-center gap-2">
			{/* biome-ignore lint/a11y/useSemanticElements: a fieldset does not flow with its neighbours */}
			<div role="group" aria-label="Show" className="flex flex-wrap gap-1">
				<Chip pressed={address.class === ""} onClick={() => onChange({ class: "" })} className="text-text">
					All{counts === null ? "" : ` ${formatCount(total)}`}
				</Chip>
				{shownClasses
					.filter((each) => (classes[each] ?? 0) > 0 || each === address.class)
					.map((each) => (
						<Chip
							key={each}
							pressed={address.class === each}
							title={differenceLooks[each].meaning}
							onClick={() => onChange({ class: address.class === each ? "" : each })}
							className={cx(tones[differenceLooks[each].tone], address.class !== each && "bg-transparent!")}
						>
							<span aria-hidden className="font-mono">
								{differenceLooks[each].sign}
							</span>{" "}
							{each} {formatCount(classes[each] ?? 0)}
						</Chip>
					))}
			</div>
			<div className="ml-auto flex flex-wrap items-center justify-end gap-2">
				<Facet
					label="Kind"
					any="All kinds"
					value={shownKinds.find((kind) => kind === address.kind) ?? null}
					choices={kindChoices}
					counts={new Map(Object.entries(counts?.kinds ?? {}))}
					onChoose={(kind) => onChange({ kind: kind ?? "" })}
				/>
				<Facet
					label="Container"
					any="All containers"
					value={address.container === "" ? null : address.container}
					choices={choicesOf(containers, address.container)}
					counts={new Map(containers.map(({ container, count }) => [container, count]))}
					onChoose={(container) => onChange({ container: container ?? "" })}
				/>
				<SearchField
					label="Search identifiers and EO IDs"
					placeholder="Identifier or EO ID"
					search={address.search}
					onSearch={(search) => onType({ search })}
				/>
				<Button asChild variant="quiet" title="Save what is shown as a file">
					<a href={ownAddress(exportHref)} download>
						<Download aria-hidden /> CSV
					</a>
				</Button>
			</div>
		</div>
	);
}

/** With the chosen one, also where it is none of those with most. */
function choicesOf(containers: DifferenceCounts["containers"], chosen: string) {
	const names = containers.map(({ container }) => container);
	const all = chosen === "" || names.includes(chosen) ? names : [chosen, ...names];
	return all.map((name) => [name, name] as const);
}
