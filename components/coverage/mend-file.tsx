"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { fromFolderHref } from "#components/onboarding/from-folder-address.ts";
import { Dialog, DialogBody } from "#components/ui/dialogs/dialog.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Select } from "#components/ui/form/input.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import type { CoverageClass } from "#lib/catalog/coverage/coverage-classes.ts";
import type { CoverageFile, FileSources, MendingSource, PatternReach } from "#lib/catalog/coverage/coverage-views.ts";
import { type LineEdit, mendingAddress } from "#lib/catalog/rejections/mending.ts";
import { coverageApi } from "./coverage-actions.ts";

type Mending = "add" | "exclude" | "include-again";

/** What a source can do about a file of a class; null: nothing. */
export function mendingOfClass(one: CoverageClass): Mending | null {
	if (one === "uncovered" || one === "unknown" || one === "other") return "add";
	if (one === "excluded") return "include-again";
	return one === "new" || one === "waiting" || one === "rejected" || one === "several" ? "exclude" : null;
}

export const mendingWords: Readonly<Record<Mending, string>> = {
	add: "Add to a source",
	exclude: "Exclude",
	"include-again": "No longer exclude",
};

const said: Readonly<Record<Mending, string>> = {
	add: "The source’s form opens with the pattern in it. Nothing is saved before you do.",
	exclude:
		"The source’s form opens with the pattern in it, and says what saving it unlinks. Nothing is saved before you do.",
	"include-again": "The source’s form opens without the pattern. Other files may be excluded by it, too.",
};

interface MendFileProps {
	readonly storage: string;
	readonly file: CoverageFile;
	readonly onClose: () => void;
}

/** Leads from a file to the form of a source in which a pattern decides about it, with the pattern written there. */
export function MendFile({ storage, file, onClose }: MendFileProps) {
	const { path, pattern } = file;
	const mending = mendingOfClass(file.class) ?? "add";
	const [reach, setReach] = useState<PatternReach>(mending === "add" ? "folder" : "file");
	const sources = useQuery({
		queryKey: ["coverage sources", storage, path],
		queryFn: ({ signal }) =>
			fetchJson<FileSources<MendingSource>>(`${coverageApi(storage)}/sources?${new URLSearchParams({ path })}`, {
				signal,
			}),
		gcTime: 0,
	});
	const shown = mending === "add" ? sources.data?.around : sources.data?.matching;
	const kind = /[^/](\.[^./]+)$/.exec(path)?.[1] ?? "files";
	return (
		<Dialog open onOpenChange={onClose} title={mendingWords[mending]} description={said[mending]}>
			<DialogBody className="space-y-3">
				<p className="break-all font-mono text-fine">{path}</p>
				{mending === "include-again" ? null : (
					<Field label="What">
						{(control) => (
							<Select {...control} value={reach} onChange={(event) => setReach(event.target.value as PatternReach)}>
								<option value="file">This file alone</option>
								<option value="folder">All {kind} of its folder</option>
								<option value="below">All {kind} of its folder and below</option>
							</Select>
						)}
					</Field>
				)}
				{sources.error ? (
					<ErrorState title="The sources could not be loaded" onRetry={() => void sources.refetch()}>
						{sources.error.message}
					</ErrorState>
				) : shown === undefined ? (
					<SkeletonRows rows={2} />
				) : shown.length === 0 ? (
					<p className="text-muted">No source looks into this folder.</p>
				) : (
					<ul aria-label="Sources" className="divide-y rounded-md border">
						{shown.map((source) => (
							<SourceLink key={source.id} storage={storage} source={source} to={targetOf(source)} />
						))}
					</ul>
				)}
				{mending === "add" ? (
					<Link
						href={fromFolderHref(storage, path.split("/").slice(0, -1).join("/"))}
						className="flex w-fit items-center gap-1.5 text-accent underline underline-offset-2"
					>
						<Plus aria-hidden className="size-3.5" />
						Make a container of its folder
					</Link>
				) : null}
			</DialogBody>
		</Dialog>
	);

	function targetOf({ patterns }: MendingSource): { readonly field: string; readonly edit: LineEdit } {
		if (mending === "include-again") return { field: "exclude", edit: { drop: pattern ?? "" } };
		return { field: mending === "add" ? "include" : "exclude", edit: { add: patterns[reach] } };
	}
}

interface SourceLinkProps {
	readonly storage: string;
	readonly source: MendingSource;
	readonly to: { readonly field: string; readonly edit: LineEdit };
}

function SourceLink({ storage, source: { id, container, path }, to: { field, edit } }: SourceLinkProps) {
	return (
		<li>
			<Link
				href={mendingAddress({ container, source: id }, field, edit)}
				className="-outline-offset-2 block px-3 py-1.5 hover:bg-raised"
			>
				<span className="break-all font-mono">{container}</span>{" "}
				<span className="break-all text-muted">
					{storage}:/{path}
				</span>
				<span className="block break-all text-fine text-muted">
					{field}: <span className="font-mono">{edit.drop === undefined ? edit.add : `without ${edit.drop}`}</span>
					{edit.add?.includes("/") === false ? " (of this name in any folder: the file is in the source’s own)" : null}
				</span>
			</Link>
		</li>
	);
}
