"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import type { SaveContainer } from "#components/container/container-actions.ts";
import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { skippedInWords } from "#components/storages/skipped-words.ts";
import { Warning } from "#components/storages/warning.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { Spinner } from "#components/ui/states/spinner.tsx";
import type { Suggestion, Survey } from "#lib/catalog/storages/survey-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { SuggestionItem } from "./suggestion-item.tsx";
import { useCreateContainers } from "./use-create-containers.ts";

interface SurveyViewProps {
	readonly storage: string;
	readonly path: string;
	readonly taken: readonly string[];
	readonly create: SaveContainer;
	readonly requestRuns: RequestRuns;
	readonly onLeave: () => void;
}

/** What lies in the folder, and what could be made of it: each suggestion a container by one button. */
export function SurveyView({ storage, path, taken, create, requestRuns, onLeave }: SurveyViewProps) {
	const client = useQueryClient();
	const queryKey = ["survey", storage, path];
	const survey = useQuery({
		queryKey,
		queryFn: ({ signal }) => fetchJson<Survey>(`/api/survey?${new URLSearchParams({ storage, path })}`, { signal }),
		// Coming back shows what was found; the button looks anew.
		staleTime: Number.POSITIVE_INFINITY,
		retry: false,
	});
	if (survey.isFetching) {
		return (
			<div role="status" className="flex flex-wrap items-center gap-3">
				<Spinner />
				<span>Looking through the folder, and trying how its files would be read … at most half a minute.</span>
				<Button
					onClick={() => {
						void client.cancelQueries({ queryKey });
						onLeave();
					}}
				>
					Cancel
				</Button>
			</div>
		);
	}
	if (survey.error) {
		return (
			<ErrorState title="The folder could not be looked through" onRetry={() => void survey.refetch()}>
				{survey.error.message}
			</ErrorState>
		);
	}
	if (survey.data === undefined) {
		return <Button onClick={() => void survey.refetch()}>Look through it</Button>;
	}
	return (
		<Found
			survey={survey.data}
			taken={taken}
			create={create}
			requestRuns={requestRuns}
			onAgain={() => void survey.refetch()}
		/>
	);
}

interface FoundProps extends Pick<SurveyViewProps, "taken" | "create" | "requestRuns"> {
	readonly survey: Survey;
	readonly onAgain: () => void;
}

function Found({ survey, taken, create, requestRuns, onAgain }: FoundProps) {
	const { suggestions, kinds, cut, problems } = survey;
	const [ids, setIds] = useState<readonly string[]>(() => freeIds(suggestions, taken));
	const { created, errors, pending, createThem } = useCreateContainers({ create, requestRuns });
	const isUseful = ({ reading }: Suggestion) => reading.samples.some(({ dataset }) => dataset !== null);
	const left = suggestions.flatMap((suggestion, i) => (created.has(i) || !isUseful(suggestion) ? [] : [i]));
	const wanted = (indexes: readonly number[]) =>
		indexes.flatMap((index) => {
			const suggestion = suggestions[index];
			return suggestion ? [{ index, id: ids[index] ?? "", suggestion }] : [];
		});
	return (
		<div className="space-y-3">
			<div className="flex flex-wrap items-start justify-between gap-2">
				<p className="min-w-0 text-muted">{countsText(survey)}</p>
				<Button variant="quiet" onClick={onAgain}>
					Look again
				</Button>
			</div>
			<ul aria-label="Kinds of files" className="flex flex-wrap gap-x-4 gap-y-0.5 text-fine">
				{kinds.slice(0, 16).map(({ ending, files, bytes, example }) => (
					<li key={ending} title={`${formatBytes(bytes)}, for instance ${example}`} className="max-w-full truncate">
						<span className="font-mono">{ending === "" ? "no ending" : `.${ending}`}</span>{" "}
						<span className="text-muted">{formatCount(files)}</span>
					</li>
				))}
			</ul>
			{[...(cut === null ? [] : [cut]), ...problems].map((text) => (
				<Warning key={text} text={text} />
			))}
			{created.size === 0 ? null : (
				<p className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border bg-raised px-3 py-2">
					<span>{formatPlural(created.size, "container")} created. Look at what the checks found, then sync them.</span>
					<Link href="/containers" className="text-accent underline underline-offset-2">
						Containers
					</Link>
				</p>
			)}
			{suggestions.length === 0 ? (
				<EmptyState title="Nothing in here can be read">
					No file has a name that one of the readers knows. Choose another folder, or add a container by hand.
				</EmptyState>
			) : (
				<>
					{left.length > 1 ? (
						<div className="flex flex-wrap items-center gap-2">
							<Button variant="primary" pending={pending} onClick={() => createThem(wanted(left))}>
								Create all {left.length} and check them
							</Button>
							<span className="text-fine text-muted">A check says what a sync would do, and changes nothing.</span>
						</div>
					) : null}
					<ul aria-label="Suggestions" className="divide-y rounded-md border">
						{suggestions.map((suggestion, index) => (
							<SuggestionItem
								key={suggestion.container}
								suggestion={suggestion}
								id={ids[index] ?? ""}
								onId={(id) => setIds(ids.map((before, i) => (i === index ? id : before)))}
								created={created.get(index) ?? null}
								error={errors.get(index)}
								pending={pending}
								onCreate={() => createThem(wanted([index]))}
							/>
						))}
					</ul>
				</>
			)}
		</div>
	);
}

/** IDs that no container has yet. */
function freeIds(suggestions: readonly Suggestion[], taken: readonly string[]): readonly string[] {
	const used = new Set(taken);
	return suggestions.map(({ container }) => {
		let id = container;
		for (let i = 2; used.has(id); i++) id = `${container}_${i}`;
		used.add(id);
		return id;
	});
}

function countsText({ files, folders, bytes, leftOut }: Survey): string {
	const all = `${formatPlural(files, "file")} in ${formatPlural(folders, "folder")}, ${formatBytes(bytes)}`;
	return [all, ...skippedInWords(leftOut)].join("; ");
}
