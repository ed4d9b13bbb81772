import { isActive } from "#components/state.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatPlural } from "#components/ui/format.ts";
import type { RunView } from "#lib/catalog/read-models.ts";

/** Why there is nothing to show. */
export function NoChanges({ run }: { readonly run: RunView }) {
	const { title, text } = faceOf(run);
	return (
		<section aria-label="Changes" className="rounded-md border bg-surface">
			<EmptyState title={title}>{text}</EmptyState>
		</section>
	);
}

function faceOf(run: RunView): { readonly title: string; readonly text: string } {
	if (run.state === "queued") return { title: "Not started yet", text: "It starts as soon as a worker is free." };
	if (isActive(run.state)) return { title: "No changes so far", text: "Changes appear here as they are found." };
	if (run.state === "failed")
		return { title: "No changes", text: "The run failed before it found any. The catalogue is unchanged." };
	if (run.state === "cancelled")
		return { title: "No changes", text: "The run was cancelled. The catalogue is unchanged." };
	if (run.state === "interrupted")
		return { title: "No changes so far", text: "The worker stopped; another one goes on with the run." };
	if (run.skipped > 0)
		return {
			title: "Nothing was applied",
			text: "The archive changed after this plan was made. Check again to see what differs now.",
		};
	const agree = `The catalogue agrees with the archive: ${formatPlural(run.unchanged, "dataset is", "datasets are")} unchanged.`;
	return {
		title: "Nothing differs",
		text:
			run.problems === 0
				? agree
				: `${agree} But ${formatPlural(run.problems, "folder or file", "folders or files")} could not be examined: see the problems.`,
	};
}
