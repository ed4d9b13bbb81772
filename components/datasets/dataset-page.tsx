"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { FactList } from "#components/facts/fact-list.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { MiniMap } from "#components/map/mini-map.tsx";
import { Quicklook } from "#components/quicklooks/quicklook.tsx";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { CopyLink } from "#components/ui/copying/copy-link.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { DatasetDetail, DatasetStanding, FormerDatasetId, RunMark } from "#lib/catalog/lives/dataset-detail.ts";
import { formatPlural } from "#lib/numbers.ts";
import { DatasetFiles } from "./dataset-files.tsx";
import { DatasetLife } from "./dataset-life.tsx";
import { DatasetLink, datasetHref } from "./dataset-link.tsx";
import { DatasetNotices } from "./dataset-notices.tsx";
import { RestoreButton, type RestoreDataset } from "./restore-button.tsx";

/** One dataset, there or gone: what it is, and its life from top to bottom. */
export function DatasetPage({ seed, restore }: { readonly seed: DatasetDetail; readonly restore: RestoreDataset }) {
	const { data: dataset } = useQuery({
		queryKey: queryKeys.dataset(seed.dataset),
		queryFn: ({ signal }) => fetchJson<DatasetDetail>(`/api/datasets/${seed.dataset}`, { signal }),
		...seeded(seed),
	});
	return (
		<div className="space-y-4">
			<DatasetHeader dataset={dataset} />
			{dataset.standing === "archived" ? (
				<RestoreButton dataset={dataset.dataset} id={dataset.id} restore={restore} />
			) : null}
			<DatasetNotices dataset={dataset} />
			<div className="grid gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
				<DatasetLife dataset={dataset} />
				<div className="min-w-0 space-y-6">
					<Containers dataset={dataset} />
					<Facts dataset={dataset} />
					<DatasetFiles files={dataset.files} />
				</div>
			</div>
		</div>
	);
}

export const standings: Readonly<Record<DatasetStanding, { readonly word: string; readonly tone: Tone }>> = {
	registered: { word: "registered", tone: "in-sync" },
	archived: { word: "removed", tone: "removed" },
	forgotten: { word: "removed", tone: "neutral" },
};

function DatasetHeader({ dataset }: { readonly dataset: DatasetDetail }) {
	const { id, standing, storage, path, added, removed, formerIds } = dataset;
	const { word, tone } = standings[standing];
	return (
		<header className="space-y-1">
			<div className="flex flex-wrap items-center gap-x-2 gap-y-1">
				<h1 className="min-w-0">
					<Copyable text={id} label="EO ID" whole className="font-semibold text-base!" />
				</h1>
				<Badge tone={tone}>{word}</Badge>
				<CopyLink what={id} path={datasetHref(dataset.dataset)} />
			</div>
			<p className="flex min-w-0 flex-wrap gap-x-1.5 text-muted">
				<span>
					Dataset {dataset.dataset}, on {storage}:
				</span>
				<Copyable text={path} label="path" whole className="max-w-full text-text" />
			</p>
			<Mark what="Added" mark={added} />
			{removed === null ? null : <Mark what="Removed" mark={removed} />}
			{formerIds.map((former) => (
				<FormerId key={former.id} {...former} />
			))}
		</header>
	);
}

/** `Removed 2026-11-12 07:05:00 UTC by cron, run 41 of S`. */
function Mark({ what, mark: { at, run, by, container } }: { readonly what: string; readonly mark: RunMark }) {
	return (
		<p className="break-words text-muted">
			{what} <InstantText instant={at} />
			{by === null ? null : <> by {by}</>}
			{run === null ? null : (
				<>
					,{" "}
					{container === null || by === null ? (
						`run ${run}`
					) : (
						<Link href={`/runs/${run}`} className="text-accent underline underline-offset-2">
							run {run}
						</Link>
					)}
				</>
			)}
			{container === null ? null : <> of {container}</>}
		</p>
	);
}

/** `Its EO ID was X until 2026-11-12 07:05:00 UTC, run 41`. */
function FormerId({ id, until, run }: FormerDatasetId) {
	return (
		<p className="break-words text-muted">
			Its EO ID was <span className="break-all font-mono text-fine text-text">{id}</span> until{" "}
			<InstantText instant={until} />
			{run === null ? null : (
				<>
					,{" "}
					<Link href={`/runs/${run}`} className="text-accent underline underline-offset-2">
						run {run}
					</Link>
				</>
			)}
		</p>
	);
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
	return (
		<section aria-label={title} className="space-y-2">
			<h2 className="font-semibold text-sm">{title}</h2>
			{children}
		</section>
	);
}

function Containers({ dataset: { containers, standing } }: { readonly dataset: DatasetDetail }) {
	if (standing !== "registered") return null;
	return (
		<Section title={formatPlural(containers.length, "container")}>
			<ul className="divide-y rounded-md border bg-surface">
				{containers.map(({ id, title, source, isHome }) => (
					<li key={id} className="px-3 py-1.5">
						<Link
							href={`/containers/${encodeURIComponent(id)}`}
							className="inline-block break-all font-mono text-accent text-fine underline underline-offset-2 pointer-coarse:py-1"
						>
							{id}
						</Link>
						{title === "" ? null : <span className="ml-2 break-words text-muted">{title}</span>}
						<p className="break-words text-muted">
							{source === null ? "Linked by hand" : `Found by the source ${source}`}
							{isHome ? ", whose rules read it" : ""}
						</p>
					</li>
				))}
			</ul>
		</Section>
	);
}

function Facts({ dataset: { id, state, namesakes } }: { readonly dataset: DatasetDetail }) {
	if (state === null) return null;
	const { kind, begin, end, crs, size, extent, rangeType, bands, properties } = state;
	return (
		<Section title="Grid, times and properties">
			<div className="rounded-md border bg-surface p-3">
				<div className="mb-3 flex flex-wrap gap-3">
					<Quicklook version={state.version} id={id} />
					<MiniMap before={null} after={state.footprint} style="dataset" className="min-w-56 flex-1" />
				</div>
				<FactList
					label={`Facts of ${id}`}
					facts={{ kind, begin, end, crs, size, extent, rangeType, bands, properties }}
				/>
			</div>
			{namesakes.length === 0 ? null : (
				<ul aria-label="Others with this EO ID" className="text-muted">
					{namesakes.map((other) => (
						<li key={other.dataset} className="break-words">
							<DatasetLink id={other.dataset}>Dataset {other.dataset}</DatasetLink>{" "}
							{other.standing === "registered" ? "has" : "had"} this EO ID, too: {other.path}
						</li>
					))}
				</ul>
			)}
		</Section>
	);
}
