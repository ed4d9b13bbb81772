"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { DatasetLink } from "#components/datasets/dataset-link.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { FramedRows } from "#components/virtual-list/framed-rows.tsx";
import type { ContentGroup, SceneGroup } from "#lib/catalog/duplicates/duplicate-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

type Group = ContentGroup | SceneGroup;

interface DuplicateGroupsProps {
	readonly kind: "content" | "scene";
	readonly asOf: string;
}

/** What wastes most first; only the groups in sight are drawn. */
export function DuplicateGroups({ kind, asOf }: DuplicateGroupsProps) {
	const frame = useRef<HTMLElement>(null);
	const pages = usePages<Group>({
		queryKey: queryKeys.duplicates("groups", kind, asOf),
		url: `/api/duplicates/groups?kind=${kind}`,
	});
	const rows = pages.rows ?? [];
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => frame.current,
		estimateSize: () => 84,
		overscan: 6,
	});
	useLoadMore((virtual.getVirtualItems().at(-1)?.index ?? 0) >= rows.length - 10, pages);
	if (pages.error)
		return (
			<ErrorState title="The groups could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	if (pages.rows === undefined) return <SkeletonRows rows={5} />;
	if (rows.length === 0)
		return kind === "content" ? (
			<EmptyState title="No content has two names">As far as files were compared.</EmptyState>
		) : (
			<EmptyState title="No scene is registered twice">
				Scenes are the same where platform, product type, times and outline are, or their names say so.
			</EmptyState>
		);
	return (
		<section
			ref={frame}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
			tabIndex={0}
			aria-label={kind === "content" ? "Same content" : "Same scene"}
			className="max-h-[calc(100dvh-14rem)] min-h-40 overflow-y-auto rounded-md border bg-surface"
		>
			<FramedRows virtual={virtual} rows={rows} total={pages.total} className="space-y-1 px-3 py-2">
				{(group) => ("files" in group ? <Content group={group} /> : <SameScene group={group} />)}
			</FramedRows>
		</section>
	);
}

function Content({ group: { wasted, size, names, copies, files } }: { readonly group: ContentGroup }) {
	return (
		<>
			<p className="text-muted tabular-nums" title={`${formatPlural(wasted, "byte")}`}>
				<span className="font-medium text-text">{formatBytes(wasted)}</span> more than once: {formatCount(names)} names,{" "}
				{copies === 1 ? "one file on the disk" : `${formatCount(copies)} copies of ${formatBytes(size)}`}
			</p>
			<ul className="space-y-0.5">
				{files.map(({ storage, path, dataset, link }) => (
					<li key={`${storage}:${path}`} className="flex flex-wrap items-center gap-x-2">
						<span className="min-w-0 break-all">
							<Copyable text={`${storage}:${path}`} label="path" whole />
						</span>
						{dataset === null ? <Badge>in no container</Badge> : <DatasetLink id={dataset} />}
						{link === null ? null : <Badge>hard link</Badge>}
					</li>
				))}
			</ul>
			<More names={names} shown={files.length} />
		</>
	);
}

const reasons = {
	"source-id": "their names are of one scene",
	acquisition: "platform, product, times and outline are the same",
} as const;

function SameScene({ group: { wasted, names, datasets, reason } }: { readonly group: SceneGroup }) {
	return (
		<>
			<p className="text-muted tabular-nums" title={`${formatPlural(wasted, "byte")}`}>
				<span className="font-medium text-text">{formatBytes(wasted)}</span> more than once: {formatCount(names)}{" "}
				datasets, {reasons[reason]}
			</p>
			<ul className="space-y-0.5">
				{datasets.map(({ id, dataset, storage, path, begin }) => (
					<li key={id} className="flex flex-wrap items-center gap-x-2 text-fine">
						<DatasetLink id={id}>
							<span className="font-mono">{dataset}</span>
						</DatasetLink>
						<span className="min-w-0 break-all font-mono text-muted">
							{storage}:{path}
						</span>
						<span className="text-faint">
							<InstantText instant={begin} />
						</span>
					</li>
				))}
			</ul>
			<More names={names} shown={datasets.length} />
		</>
	);
}

function More({ names, shown }: { readonly names: number; readonly shown: number }) {
	return names > shown ? <p className="text-fine text-muted">and {formatCount(names - shown)} more</p> : null;
}
