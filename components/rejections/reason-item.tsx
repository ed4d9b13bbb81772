"use client";

import { reasonAdvice } from "#components/changes/change-words.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { cx } from "#components/ui/cx.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { RejectionReason } from "#lib/catalog/rejections/rejected-files.ts";
import { formatPlural } from "#lib/numbers.ts";
import { FileActions } from "./file-actions.tsx";
import { MendingLinks } from "./mending-links.tsx";
import { Places } from "./places.tsx";
import type { RejectionActions, RejectionsChoice } from "./rejection-actions.ts";

interface ReasonItemProps {
	readonly reason: RejectionReason;
	/** Of the page: what is shown at all. */
	readonly choice: RejectionsChoice;
	readonly ignored: boolean;
	readonly open: boolean;
	readonly onToggle: () => void;
	readonly actions: RejectionActions;
}

/** Files that are rejected for one reason; opens to their folders. */
export function ReasonItem({ reason, choice, ignored, open, onToggle, actions }: ReasonItemProps) {
	const { code, pattern, files, containers, oldest, text, example } = reason;
	const own = { ...choice, code, pattern };
	return (
		<li>
			<div className="flex flex-wrap items-start gap-x-3 gap-y-1 px-3 py-2">
				<button
					type="button"
					aria-expanded={open}
					onClick={onToggle}
					className="flex min-w-0 flex-1 basis-64 items-start gap-2 text-left"
				>
					<Chevron open={open} className="mt-0.5" />
					<span className="min-w-0">
						<span className={cx("break-words", open ? "block" : "line-clamp-2")}>
							<Badge tone="rejected" className="mr-2">
								{code}
							</Badge>
							{text}
						</span>
						<span className="block text-muted">
							{formatPlural(files, "file")} in {formatPlural(containers, "container")}, the first{" "}
							<RelativeTime instant={oldest} />
						</span>
					</span>
				</button>
				<FileActions choice={own} files={files} ignored={ignored} actions={actions} what={`${code}: ${text}`} />
				<div className="basis-full pl-6 empty:hidden">
					<MendingLinks reason={reason} />
				</div>
			</div>
			{open ? (
				<div className="space-y-2 border-t bg-background px-3 py-2 sm:pl-8">
					<p className="text-muted">{reasonAdvice(code)}</p>
					{text === example ? null : <p className="break-words text-muted">For instance: {example}</p>}
					<Places choice={own} ignored={ignored} actions={actions} />
				</div>
			) : null}
		</li>
	);
}
