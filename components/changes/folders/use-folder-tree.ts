"use client";

import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type ChangesFilter, changesParameters } from "#components/changes/changes-filter.ts";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { TreeFolder, TreeFolders } from "#lib/catalog/read-models/change-view.ts";
import { useOpenFolders } from "./use-open-folders.ts";

export type TreeOrder = "name" | "removals";

/** Folders of one request. */
const pageFolders = 200;

export type TreeLine =
	| {
			readonly kind: "folder";
			readonly folder: TreeFolder;
			readonly level: number;
			/** Among the folders of its parent, from 1. */
			readonly position: number;
			readonly siblings: number;
			readonly isOpen: boolean | null;
	  }
	/** The folders after those that have come; `left` of them. */
	| {
			readonly kind: "more";
			readonly parent: string;
			readonly left: number;
			readonly level: number;
			readonly isOpen: null;
	  }
	| { readonly kind: "waiting"; readonly parent: string; readonly level: number; readonly isOpen: null };

interface FolderTreeOptions {
	readonly run: number;
	/** Its folder is the chosen one, which the tree shows with those around it. */
	readonly filter: ChangesFilter;
	readonly order: TreeOrder;
	/** The line of all folders. */
	readonly whole: TreeFolder;
}

/** The lines of the tree as far as it is open; what is below a folder is asked for when it is opened. */
export function useFolderTree({ run, filter, order, whole }: FolderTreeOptions) {
	const { parents, isAllOpen, isOpen: isFolderOpen, open } = useOpenFolders(filter.folder);
	const [pages, setPages] = useState<ReadonlyMap<string, number>>(new Map());
	const everywhere = useMemo(() => ({ ...filter, folder: "" }), [filter]);
	const wanted = parents.flatMap((parent) =>
		Array.from({ length: pages.get(parent) ?? 1 }, (_, page) => ({ parent, page })),
	);
	const queries = useQueries({
		queries: wanted.map(({ parent, page }) => ({
			queryKey: queryKeys.changes(run, "tree", everywhere, order, parent, page),
			queryFn: ({ signal }: { signal: AbortSignal }) =>
				fetchJson<TreeFolders>(`/api/runs/${run}/tree?${treeParameters(everywhere, { parent, order, page })}`, {
					signal,
				}),
			placeholderData: keepPreviousData,
		})),
	});
	const dataByPage = new Map(wanted.map(({ parent, page }, index) => [`${page} ${parent}`, queries[index]?.data]));
	const lines: TreeLine[] = [{ kind: "folder", folder: whole, level: 1, position: 1, siblings: 1, isOpen: isAllOpen }];
	if (isAllOpen) addBelow("", 2);

	return {
		lines,
		error: queries.find(({ error }) => error !== null)?.error ?? null,
		retry: () => {
			for (const query of queries) if (query.error !== null) void query.refetch();
		},
		open,
		showMore: (parent: string) => setPages((before) => new Map(before).set(parent, (before.get(parent) ?? 1) + 1)),
	};

	function addBelow(parent: string, level: number): void {
		let total = 0;
		let position = 0;
		for (let page = 0; page < (pages.get(parent) ?? 1); page++) {
			const data = dataByPage.get(`${page} ${parent}`);
			if (data === undefined) {
				lines.push({ kind: "waiting", parent, level, isOpen: null });
				return;
			}
			if (page === 0) total = data.total;
			for (const folder of data.rows) {
				position++;
				const isOpen = folder.isLeaf ? null : isFolderOpen(folder.directory);
				lines.push({ kind: "folder", folder, level, position, siblings: total, isOpen });
				if (isOpen) addBelow(folder.directory, level + 1);
			}
		}
		if (total > position) lines.push({ kind: "more", parent, left: total - position, level, isOpen: null });
	}
}

function treeParameters(
	filter: ChangesFilter,
	{ parent, order, page }: { readonly parent: string; readonly order: TreeOrder; readonly page: number },
) {
	return changesParameters(filter, {
		parent,
		order,
		offset: String(page * pageFolders),
		limit: String(pageFolders),
	});
}
