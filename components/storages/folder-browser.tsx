"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, CornerLeftUp, Folder } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { Input } from "#components/ui/form/input.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import type { FolderListing } from "#lib/catalog/storages/survey-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

interface FolderBrowserProps {
	/** Which folders: part of the query's key. */
	readonly place: string;
	/** Answers with a `FolderListing`. */
	readonly url: (asked: { readonly path: string; readonly search: string }) => string;
	/** What the top is called. */
	readonly top: string;
	/** Below the top, without a `/` at either end. */
	readonly path: string;
	readonly onOpen: (path: string) => void;
	/** What else is to be said of the folder that is shown. */
	readonly hint?: string;
	/** Below the list; disabled while nothing is listed. */
	readonly children: (listing: FolderListing | undefined) => ReactNode;
}

/** Of so many folders a field narrows the list. */
const manyFolders = 12;

/** The folders of a place, one listing at a time. Arrows move, Enter opens, Backspace goes up. */
export function FolderBrowser({ place, url, top, path, onOpen, hint, children }: FolderBrowserProps) {
	const list = useRef<HTMLUListElement>(null);
	const [typed, setTyped] = useState({ path, search: "" });
	const search = typed.path === path ? typed.search : "";
	const listing = useQuery({
		queryKey: ["folders", place, path, search],
		queryFn: ({ signal }) => fetchJson<FolderListing>(url({ path, search }), { signal }),
		staleTime: 30_000,
		retry: false,
		placeholderData: (before) => (before?.path === path ? before : undefined),
	});
	const names = path === "" ? [] : path.split("/");
	const above = names.slice(0, -1).join("/");
	const moveFocus = (event: KeyboardEvent) => {
		if (event.key === "Backspace" && path !== "" && !(event.target instanceof HTMLInputElement)) {
			event.preventDefault();
			onOpen(above);
			return;
		}
		// The form around it is not submitted by its search.
		if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
		if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
		event.preventDefault();
		const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
		const at = buttons.findIndex((button) => button.contains(document.activeElement));
		buttons[Math.max(0, Math.min(buttons.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
	};
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: keys that were pressed in the list and its field come up here
		<div className="space-y-2" onKeyDown={moveFocus}>
			<nav aria-label="Folder" className="flex flex-wrap items-center gap-0.5 font-mono text-fine">
				{["", ...names].map((name, i) => {
					const target = names.slice(0, i).join("/");
					return (
						<span key={target} className="flex min-w-0 items-center gap-0.5">
							{i === 0 ? null : <ChevronRight aria-hidden className="size-3 shrink-0 text-faint" />}
							<button
								type="button"
								aria-current={target === path ? "location" : undefined}
								className="min-w-0 break-all rounded px-1 py-0.5 text-left hover:bg-raised"
								onClick={() => onOpen(target)}
							>
								{i === 0 ? top : name}
							</button>
						</span>
					);
				})}
			</nav>
			{(listing.data?.total ?? 0) > manyFolders || search !== "" ? (
				<Input
					aria-label="Search folders"
					placeholder="Search folders"
					value={search}
					autoComplete="off"
					spellCheck={false}
					onChange={(event) => setTyped({ path, search: event.target.value })}
				/>
			) : null}
			{listing.error ? (
				<ErrorState title="The folder could not be listed" onRetry={() => void listing.refetch()}>
					{listing.error.message}
				</ErrorState>
			) : listing.data === undefined ? (
				<SkeletonRows rows={3} />
			) : (
				<>
					<ul ref={list} aria-label="Folders" className="max-h-64 overflow-y-auto rounded-md border bg-background">
						{path === "" ? null : (
							<li>
								<FolderButton icon={CornerLeftUp} onClick={() => onOpen(above)}>
									One folder up
								</FolderButton>
							</li>
						)}
						{listing.data.folders.map((name) => (
							<li key={name}>
								<FolderButton icon={Folder} onClick={() => onOpen(path === "" ? name : `${path}/${name}`)}>
									<span className="font-mono text-fine">{name}</span>
								</FolderButton>
							</li>
						))}
						{listing.data.folders.length === 0 ? (
							<li className="px-2.5 py-1.5 text-muted">
								{search === "" ? "No folders in here." : `No folder has “${search}” in its name.`}
							</li>
						) : null}
					</ul>
					<p className="text-fine text-muted">
						{formatPlural(listing.data.total, "folder")} and {formatPlural(listing.data.files, "file")} in here
						{listing.data.total > listing.data.folders.length
							? `; the first ${formatCount(listing.data.folders.length)} are shown: search for others`
							: ""}
						.{hint === undefined ? "" : ` ${hint}`}
					</p>
				</>
			)}
			{children(listing.data)}
		</div>
	);
}

interface FolderButtonProps {
	readonly icon: typeof Folder;
	readonly onClick: () => void;
	readonly children: React.ReactNode;
}

function FolderButton({ icon: Icon, onClick, children }: FolderButtonProps) {
	return (
		<button
			type="button"
			onClick={onClick}
			className="flex w-full min-w-0 items-center gap-2 px-2.5 py-1 text-left hover:bg-raised"
		>
			<Icon aria-hidden className="size-3.5 shrink-0 text-faint" />
			<span className="min-w-0 break-all">{children}</span>
		</button>
	);
}
