"use client";

import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useOpenFolders } from "#components/changes/folders/use-open-folders.ts";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { CoverageFolder } from "#lib/catalog/coverage/coverage-views.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import { coverageApi } from "./coverage-actions.ts";

/** Folders of one request. */
const pageFolders = 200;

export type CoverageLine =
	| {
			readonly kind: "folder";
			readonly folder: CoverageFolder;
			readonly level: number;
			readonly position: number;
			readonly siblings: number;
			readonly isOpen: boolean | null;
	  }
	| {
			readonly kind: "more";
			readonly parent: string;
			readonly after: string;
			readonly left: number;
			readonly level: number;
			readonly isOpen: null;
	  }
	| { readonly kind: "waiting"; readonly parent: string; readonly level: number; readonly isOpen: null };

interface TreeOptions {
	readonly storage: string;
	/** Shown with those around it. */
	readonly chosen: string;
	/** Another value reads all again. */
	readonly asOf: string;
	/** The line of all folders. */
	readonly whole: CoverageFolder;
}

/** The lines of the tree as far as it is open; what is below a folder is asked for when it is opened. */
export function useCoverageTree({ storage, chosen, asOf, whole }: TreeOptions) {
	const { parents, isAllOpen, isOpen: isFolderOpen, open } = useOpenFolders(chosen);
	/** Where the further pages of a folder begin. */
	const [pages, setPages] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
	const wanted = parents.flatMap((parent) => ["", ...(pages.get(parent) ?? [])].map((after) => ({ parent, after })));
	const queries = useQueries({
		queries: wanted.map(({ parent, after }) => ({
			queryKey: queryKeys.coverage(storage, "folders", asOf, parent, after),
			queryFn: ({ signal }: { signal: AbortSignal }) =>
				fetchJson<Page<CoverageFolder>>(`${coverageApi(storage)}/folders?${parameters(parent, after)}`, { signal }),
			placeholderData: keepPreviousData,
		})),
	});
	const dataOf = new Map(wanted.map(({ parent, after }, index) => [`${parent}\n${after}`, queries[index]?.data]));
	const lines: CoverageLine[] = [
		{ kind: "folder", folder: whole, level: 1, position: 1, siblings: 1, isOpen: isAllOpen },
	];
	if (isAllOpen) addBelow("", 2);
	return {
		lines,
		error: queries.find(({ error }) => error !== null)?.error ?? null,
		retry: () => {
			for (const query of queries) if (query.error !== null) void query.refetch();
		},
		open,
		showMore: (parent: string, after: string) =>
			setPages((before) => new Map(before).set(parent, [...(before.get(parent) ?? []), after])),
	};

	function addBelow(parent: string, level: number): void {
		let position = 0;
		let total = 0;
		let next: string | null = null;
		for (const after of ["", ...(pages.get(parent) ?? [])]) {
			const data = dataOf.get(`${parent}\n${after}`);
			if (data === undefined) {
				lines.push({ kind: "waiting", parent, level, isOpen: null });
				return;
			}
			if (after === "") total = data.total;
			for (const folder of data.rows) {
				position++;
				const isOpen = folder.isLeaf ? null : isFolderOpen(folder.path);
				lines.push({ kind: "folder", folder, level, position, siblings: total, isOpen });
				if (isOpen) addBelow(folder.path, level + 1);
			}
			next = data.next;
		}
		if (next !== null) lines.push({ kind: "more", parent, after: next, left: total - position, level, isOpen: null });
	}
}

function parameters(parent: string, after: string): URLSearchParams {
	return new URLSearchParams({ parent, limit: String(pageFolders), ...(after === "" ? {} : { after }) });
}
