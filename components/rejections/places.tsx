"use client";

import Link from "next/link";
import { useState } from "react";
import { PathText } from "#components/facts/path-text.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { Button } from "#components/ui/button.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { RejectionPlace } from "#lib/catalog/rejections/rejected-files.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { FileActions } from "./file-actions.tsx";
import { RejectedFiles } from "./rejected-files.tsx";
import { choiceParameters, type RejectionActions, type RejectionsChoice } from "./rejection-actions.ts";

interface PlacesProps {
	readonly choice: RejectionsChoice;
	readonly ignored: boolean;
	readonly actions: RejectionActions;
}

/** The containers and folders of the files of one reason. */
export function Places({ choice, ignored, actions }: PlacesProps) {
	const parameters = String(choiceParameters(choice, ignored));
	const pages = usePages<RejectionPlace>({
		queryKey: queryKeys.allRejections("places", parameters),
		url: `/api/rejections/places?${parameters}`,
	});
	if (pages.error) {
		return (
			<ErrorState title="The folders could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	}
	if (pages.rows === undefined) return <SkeletonRows rows={2} />;
	return (
		<>
			<ul aria-label="Folders" className="divide-y rounded-md border bg-surface">
				{pages.rows.map((place) => (
					<Place
						key={`${place.container} ${place.storage} ${place.directory}`}
						place={place}
						choice={choice}
						ignored={ignored}
						actions={actions}
					/>
				))}
			</ul>
			{pages.hasNextPage ? (
				<Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
					{formatCount(pages.total - pages.rows.length)} more folders
				</Button>
			) : null}
		</>
	);
}

interface PlaceProps extends PlacesProps {
	readonly place: RejectionPlace;
}

function Place({ place, choice, ignored, actions }: PlaceProps) {
	const [open, setOpen] = useState(false);
	const { container, title, storage, directory, files, oldest } = place;
	const own = { ...choice, container, storage, directory };
	const folder = directory === "" ? "(top folder)" : directory;
	return (
		<li>
			<div className="flex items-start gap-2 px-2.5 py-1.5">
				<button
					type="button"
					aria-expanded={open}
					onClick={() => setOpen(!open)}
					className="flex min-w-0 flex-1 items-start gap-2 text-left"
				>
					<Chevron open={open} className="mt-0.5" />
					<span className="min-w-0 flex-1">
						<PathText text={folder} />
						<span className="block break-words text-muted">
							{formatPlural(files, "file")} on {storage}, the first <RelativeTime instant={oldest} />
						</span>
					</span>
				</button>
				<Link
					href={`/containers/${encodeURIComponent(container)}`}
					title={title}
					className="max-w-[40%] shrink-0 break-all text-right font-mono text-accent text-fine underline underline-offset-2"
				>
					{container}
				</Link>
				<FileActions choice={own} files={files} ignored={ignored} actions={actions} what={`${container} ${folder}`} />
			</div>
			{open ? (
				<RejectedFiles choice={own} ignored={ignored} actions={actions} label={`${container} ${folder}`} />
			) : null}
		</li>
	);
}
