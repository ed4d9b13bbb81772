"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import Link from "next/link";
import { useRef, useState } from "react";
import { useMay } from "#components/access/user-context.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { FramedRows } from "#components/virtual-list/framed-rows.tsx";
import { coverageWords } from "#lib/catalog/coverage/coverage-classes.ts";
import type { CoverageFile } from "#lib/catalog/coverage/coverage-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { coverageApi } from "./coverage-actions.ts";
import { MendFile, mendingOfClass, mendingWords } from "./mend-file.tsx";

interface CoverageFilesProps {
	readonly storage: string;
	readonly asOf: string;
	readonly parameters: string;
}

/** The entries of a class and folder; only those in sight are drawn. */
export function CoverageFiles({ storage, asOf, parameters }: CoverageFilesProps) {
	const frame = useRef<HTMLElement>(null);
	const pages = usePages<CoverageFile>({
		queryKey: queryKeys.coverage(storage, "files", asOf, parameters),
		url: `${coverageApi(storage)}/files?${parameters}`,
		keepPrevious: true,
	});
	const [mended, setMended] = useState<CoverageFile | null>(null);
	const mayMend = useMay("containers.update");
	const rows = pages.rows ?? [];
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => frame.current,
		estimateSize: () => 52,
		overscan: 10,
	});
	useLoadMore((virtual.getVirtualItems().at(-1)?.index ?? 0) >= rows.length - 20, pages);
	if (pages.error)
		return (
			<ErrorState title="The entries could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	if (pages.rows === undefined) return <SkeletonRows rows={6} />;
	if (rows.length === 0)
		return <EmptyState title="Nothing of that kind is here">Choose another class or folder.</EmptyState>;
	return (
		<div className="space-y-1">
			<p className="text-fine text-muted tabular-nums" aria-live="polite">
				{formatPlural(pages.total, "entry", "entries")}
			</p>
			<section
				ref={frame}
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
				tabIndex={0}
				aria-label="Entries"
				className="max-h-[calc(100dvh-9rem)] min-h-40 overflow-y-auto rounded-md border bg-surface"
			>
				<FramedRows
					virtual={virtual}
					rows={rows}
					total={pages.total}
					keyOf={({ path }) => path}
					className="px-3 py-1.5"
				>
					{(file) => <File file={file} onMend={mayMend ? () => setMended(file) : null} />}
				</FramedRows>
			</section>
			{mended === null ? null : <MendFile storage={storage} file={mended} onClose={() => setMended(null)} />}
		</div>
	);
}

interface FileProps {
	readonly file: CoverageFile;
	/** null: the user may not. */
	readonly onMend: (() => void) | null;
}

function File({ file: { path, class: one, size, containers, pattern }, onMend }: FileProps) {
	const mending = mendingOfClass(one);
	return (
		<div className="space-y-0.5">
			<div className="flex items-start gap-3">
				<span className="min-w-0 flex-1">
					<Copyable text={path} label="path" whole />
				</span>
				<span className="shrink-0 text-fine text-muted tabular-nums" title={`${formatPlural(size, "byte")}`}>
					{formatBytes(size)}
				</span>
			</div>
			<p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-fine text-muted">
				<Badge>{coverageWords[one]}</Badge>
				{pattern === null ? null : (
					<span className="min-w-0 break-all">
						by <span className="font-mono">{pattern}</span>
					</span>
				)}
				{containers.map((id) => (
					<Link
						key={id}
						href={`/containers/${encodeURIComponent(id)}?tab=sources`}
						className="break-all font-mono text-text hover:underline"
					>
						{id}
					</Link>
				))}
				{mending === null || onMend === null ? null : (
					<button
						type="button"
						className="touch-target ml-auto rounded text-accent underline decoration-dotted underline-offset-2"
						aria-label={`${mendingWords[mending]} … ${path}`}
						onClick={onMend}
					>
						{mendingWords[mending]} …
					</button>
				)}
			</p>
		</div>
	);
}
