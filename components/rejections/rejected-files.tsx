"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { FramedRows } from "#components/virtual-list/framed-rows.tsx";
import type { RejectedFile } from "#lib/catalog/rejections/rejected-files.ts";
import { FileActions } from "./file-actions.tsx";
import { choiceParameters, type RejectionActions, type RejectionsChoice } from "./rejection-actions.ts";

interface RejectedFilesProps {
	readonly choice: RejectionsChoice;
	readonly ignored: boolean;
	readonly actions: RejectionActions;
	readonly label: string;
}

/** The files of one reason and folder; only those in sight are drawn. */
export function RejectedFiles({ choice, ignored, actions, label }: RejectedFilesProps) {
	const frame = useRef<HTMLElement>(null);
	const parameters = String(choiceParameters(choice, ignored));
	const pages = usePages<RejectedFile>({
		queryKey: queryKeys.allRejections("files", parameters),
		url: `/api/rejections/files?${parameters}`,
	});
	const rows = pages.rows ?? [];
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => frame.current,
		estimateSize: () => 58,
		overscan: 8,
	});
	useLoadMore((virtual.getVirtualItems().at(-1)?.index ?? 0) >= rows.length - 20, pages);
	if (pages.error) {
		return (
			<ErrorState title="The files could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	}
	return (
		<section
			ref={frame}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
			tabIndex={0}
			aria-label={`Rejected files of ${label}`}
			className="max-h-96 overflow-y-auto border-t bg-background"
		>
			{pages.rows === undefined ? <SkeletonRows rows={3} /> : null}
			<FramedRows
				virtual={virtual}
				rows={rows}
				total={pages.total}
				keyOf={({ path }) => path}
				className="px-2.5 py-1.5"
			>
				{(file) => <File file={file} choice={choice} ignored={ignored} actions={actions} />}
			</FramedRows>
		</section>
	);
}

interface FileProps extends Omit<RejectedFilesProps, "label"> {
	readonly file: RejectedFile;
}

function File({ file, choice, ignored, actions }: FileProps) {
	const { path, reason, since, ignored: ignoring } = file;
	return (
		<div className="flex items-start gap-2">
			<div className="min-w-0 flex-1">
				<Copyable text={path} label="path" whole />
				<p className="break-words text-muted">
					{reason} <RelativeTime instant={since} className="text-faint" />
				</p>
				{ignoring === null ? null : (
					<p className="break-words">
						Ignored by {ignoring.by} at <InstantText instant={ignoring.at} />: “{ignoring.note}”
					</p>
				)}
			</div>
			<FileActions choice={{ ...choice, path }} files={1} ignored={ignored} actions={actions} what={path} />
		</div>
	);
}
