"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FileSearch, FileX } from "lucide-react";
import { useEffect, useState } from "react";
import { useUser } from "#components/access/user-context.tsx";
import { datasetHref } from "#components/datasets/dataset-link.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { formatInstant } from "#components/ui/format.ts";
import type { DatasetSearch, FoundDataset } from "#lib/catalog/lives/dataset-search.ts";
import { CommandGroup, CommandItem } from "./command-item.tsx";

/** Datasets are searched for texts of so many characters: fewer are part of nearly every name. */
export const shortestSearch = 2;
/** Of a pause in typing, milliseconds. */
const pauseMs = 250;

interface FoundDatasetsProps {
	readonly search: string;
	readonly onChoose: (href: string) => void;
}

/** The datasets of all containers that have the text in their EO ID or path; those that are gone say who removed them, and when. */
export function FoundDatasets({ search, onChoose }: FoundDatasetsProps) {
	const asked = useAfterPause(search);
	const { data, error, isFetching } = useQuery({
		queryKey: ["dataset search", asked],
		queryFn: ({ signal }) =>
			fetchJson<DatasetSearch>(`/api/datasets?${new URLSearchParams({ search: asked, limit: "8" })}`, { signal }),
		enabled: asked.length >= shortestSearch,
		placeholderData: keepPreviousData,
		staleTime: 5_000,
		gcTime: 60_000,
	});
	const { timeZone } = useUser();
	if (search.length < shortestSearch) return null;
	const rows = data?.rows ?? [];
	const note = noteOf({ isSearching: isFetching || asked !== search, failed: error?.message, data });
	return (
		<>
			<CommandGroup heading="Datasets" show={rows.length > 0}>
				{rows.map((row) => (
					<CommandItem
						key={row.dataset}
						value={`dataset-${row.dataset}`}
						icon={row.removed === null ? <FileSearch /> : <FileX />}
						onSelect={() => onChoose(datasetHref(row.dataset))}
					>
						<span className="min-w-0 shrink truncate font-mono text-fine" title={row.id}>
							{row.id}
						</span>
						{row.formerId === null ? null : (
							<span className="min-w-0 shrink truncate text-muted" title={row.formerId}>
								was <span className="font-mono text-fine">{row.formerId}</span>
							</span>
						)}
						<span className="ml-auto min-w-0 max-w-[60%] shrink-0 truncate text-muted" title={whereabouts(row)}>
							{whereabouts(row, timeZone)}
						</span>
					</CommandItem>
				))}
			</CommandGroup>
			<p role="status" className="px-2.5 py-1 text-faint text-fine empty:hidden">
				{note}
			</p>
		</>
	);
}

interface Search {
	readonly isSearching: boolean;
	readonly failed: string | undefined;
	readonly data: DatasetSearch | undefined;
}

function noteOf({ isSearching, failed, data }: Search): string {
	if (isSearching) return "Searching datasets …";
	if (failed !== undefined) return `Datasets could not be searched: ${failed}`;
	if (data?.complete === false) return "Not all datasets could be searched in time: type the beginning of the EO ID.";
	return data?.rows.length === 0 ? "No dataset has this in its EO ID or path, nor had one that is remembered." : "";
}

/** `removed 2026-11-12 07:05 UTC by cron, run 41`; of one that is there, its containers. */
function whereabouts({ removed, containers }: FoundDataset, zone = "UTC"): string {
	if (removed === null) return containers.join(", ");
	const at = formatInstant(removed.at, zone).replace(/:\d\d (\S+)$/, " $1");
	const by = removed.by === null ? "" : ` by ${removed.by}`;
	return `removed ${at}${by}${removed.run === null ? "" : `, run ${removed.run}`}`;
}

/** The text as it was when nothing had been typed for a moment. */
function useAfterPause(text: string): string {
	const [settled, setSettled] = useState(text);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(text), pauseMs);
		return () => clearTimeout(timer);
	}, [text]);
	return settled;
}
