"use client";

import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { ActionMark } from "#components/change-mark.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Explained } from "#components/ui/explained.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { exceptionEndText } from "./exception-end.ts";

export type EndException = (input: { readonly exception: number }) => Promise<ActionResult>;

/** All of a container that have one note. */
export type EndExceptions = (input: {
	readonly container: string;
	readonly note: string;
}) => Promise<ActionResult<{ readonly ended: number }>>;

interface ExceptionsListProps {
	readonly container: string;
	readonly onEnd: EndException;
	readonly onEndAll: EndExceptions;
}

/** What is kept out of the container's plans: why, until when, by whom. */
export function ExceptionsList({ container, onEnd, onEndAll }: ExceptionsListProps) {
	const client = useQueryClient();
	const pages = usePages<ExceptionView>({
		queryKey: queryKeys.exceptions(container),
		url: `/api/containers/${encodeURIComponent(container)}/exceptions`,
	});
	const { runAction, pending } = useAction();
	function end({ id, path }: ExceptionView) {
		runAction(
			() => onEnd({ exception: id }),
			() => {
				toast.success(`Exception ${id} is ended: the next run finds ${path} again.`);
				void client.invalidateQueries({ queryKey: ["container", container] });
			},
		);
	}
	function endAll(note: string) {
		runAction(
			() => onEndAll({ container, note }),
			({ ended }) => {
				toast.success(
					`${formatPlural(ended, "exception is", "exceptions are")} ended: the next run finds the changes again.`,
				);
				void client.invalidateQueries({ queryKey: ["container", container] });
			},
		);
	}
	if (pages.error)
		return (
			<ErrorState title="The exceptions could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	if (pages.rows === undefined) return <SkeletonRows rows={2} />;
	const more = pages.total - pages.rows.length;
	const rowsByNote = Map.groupBy(pages.rows, ({ note }) => note);
	const endsAll = ({ id, note }: ExceptionView) => {
		const alike = rowsByNote.get(note) ?? [];
		return alike.length > 1 && alike[0]?.id === id;
	};
	return (
		<section aria-labelledby="exceptions" className="space-y-2">
			<div className="flex flex-wrap items-center gap-x-4 gap-y-1">
				<h2 id="exceptions" className="font-semibold text-sm">
					Exceptions
				</h2>
				<p className="text-muted">
					These changes are kept out of plans. Once an exception is ended, the next run finds its change again.
				</p>
			</div>
			<ul className="divide-y rounded-md border bg-surface">
				{pages.rows.map((exception) => (
					<li key={exception.id} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-3 py-1.5">
						<ActionMark action={exception.action} withWord />
						<div className="min-w-0 flex-1 basis-60">
							<PathText text={exception.path} className="font-mono text-fine" />
							<Note text={exception.note} />
						</div>
						<p className="text-fine text-muted">
							{exceptionEndText(exception)}
							<span className="block">
								<RelativeTime instant={exception.at} /> by {exception.by}
							</span>
						</p>
						<May act="exceptions.end">
							{endsAll(exception) ? (
								<Button
									variant="quiet"
									pending={pending}
									className="ml-auto"
									aria-label={`End all with this note: ${exception.note}`}
									onClick={() => endAll(exception.note)}
								>
									End all with this note
								</Button>
							) : null}
							<Button
								variant="quiet"
								pending={pending}
								className={endsAll(exception) ? "" : "ml-auto"}
								aria-label={`End exception ${exception.id} of ${exception.path}`}
								onClick={() => end(exception)}
							>
								End
							</Button>
						</May>
					</li>
				))}
			</ul>
			{more > 0 ? (
				<Button variant="quiet" pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
					Show more of {formatCount(more)} others
				</Button>
			) : null}
		</section>
	);
}

/** A long one is cut, and shown in full when it is pressed. */
function Note({ text }: { readonly text: string }) {
	const looks = "wrap-anywhere line-clamp-3 text-left text-muted";
	if (text.length <= 100) return <p className={looks}>{text}</p>;
	return (
		<div className="flex">
			<Explained text={text}>
				<span className={looks}>{text}</span>
			</Explained>
		</div>
	);
}
