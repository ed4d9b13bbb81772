import type { InfiniteData } from "@tanstack/react-query";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";

/**
 * A view of a run or a container on an open page is never replaced by one that was read earlier, whichever way the two come: as an
 * event, as the answer to a reading or an action, or with the page.
 */

/** The view that was read later; `fresh` where both saw the same. */
export function newer<View extends { readonly readAt: number }>(shown: View | undefined, fresh: View): View {
	return shown === undefined || fresh.readAt >= shown.readAt ? fresh : shown;
}

/** As `newer`; keeps the history that is shown where the later view came without one and its last run is the same. */
export function newerContainer(shown: ContainerView | undefined, fresh: ContainerView): ContainerView {
	const view = newer(shown, fresh);
	if (shown === undefined || view === shown) return view;
	const lastRun = view.lastRun === null ? null : newerLastRun(shown.lastRun, view.lastRun);
	const isSameRun = lastRun?.run === shown.lastRun?.run && lastRun?.state === shown.lastRun?.state;
	return { ...view, lastRun, history: view.history ?? (isSameRun ? shown.history : null) };
}

/** A later run replaces an earlier one, a later view of a run its earlier one. */
export function newerLastRun(shown: RunView | null, fresh: RunView): RunView {
	if (shown === null || fresh.run > shown.run) return fresh;
	return fresh.run === shown.run ? newer(shown, fresh) : shown;
}

/** The rows of `fresh`, each as it was read last; the list that is shown where none is newer, so that it is not drawn again. */
export function newerContainers(
	shown: readonly ContainerView[] | undefined,
	fresh: readonly ContainerView[],
): readonly ContainerView[] {
	if (shown === undefined) return fresh;
	const shownById = new Map(shown.map((view) => [view.id, view]));
	const merged = fresh.map((view) => newerContainer(shownById.get(view.id), view));
	return merged.length === shown.length && merged.every((view, index) => view === shown[index]) ? shown : merged;
}

/** Each batch as it was read last, by number, without those that are over. */
export function newerBatches(shown: readonly BatchView[], fresh: readonly BatchView[]): readonly BatchView[] {
	const byNumber = new Map(shown.map((batch) => [batch.batch, batch]));
	for (const batch of fresh) byNumber.set(batch.batch, newer(byNumber.get(batch.batch), batch));
	return [...byNumber.values()].filter(({ finishedAt }) => finishedAt === null).sort((a, b) => a.batch - b.batch);
}

type RunPages = InfiniteData<Page<RunView>>;

/** The pages of `fresh`, each row as it was read last. */
export function newerRunPages(shown: RunPages | undefined, fresh: RunPages): RunPages {
	if (shown === undefined) return fresh;
	const shownByRun = new Map(shown.pages.flatMap(({ rows }) => rows).map((run) => [run.run, run]));
	const pages = fresh.pages.map((page) => ({
		...page,
		rows: page.rows.map((run) => newer(shownByRun.get(run.run), run)),
	}));
	return { ...fresh, pages };
}
