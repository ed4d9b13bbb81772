import type { BatchContainerView, BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { ListedChange } from "#lib/catalog/changes/same-content.ts";
import type { DatasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import type { LifeEvent } from "#lib/catalog/lives/dataset-life.ts";
import type { FoundDataset } from "#lib/catalog/lives/dataset-search.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";

/** The objects that `--json` prints. Scripts rely on their keys: they are the contract, and nothing else is printed. */

export function progressEvent({ run, container, progress }: Pick<RunView, "run" | "container" | "progress">) {
	const { phase, done, total, files, current } = progress;
	return {
		type: "progress",
		run,
		container,
		phase,
		done,
		total,
		...(files === undefined ? {} : { files }),
		...(current === undefined ? {} : { current }),
	};
}

export function runSummary(view: RunView) {
	const { container, state, added, removed, updated, moved, linked, unlinked, rejected, unchanged } = view;
	const { waiting, suspect, leftOut, excepted, problems, notes, sameAs } = view;
	const seconds = Math.round((view.seconds ?? 0) * 1000) / 1000;
	return {
		// The held run is the one that can be approved.
		run: sameAs ?? view.run,
		container,
		state,
		added,
		removed,
		updated,
		moved,
		linked,
		unlinked,
		rejected,
		unchanged,
		waiting,
		suspect,
		leftOut,
		excepted,
		problems,
		notes,
		seconds,
		sameAs,
	};
}

export function runObject(view: RunView) {
	const { trigger, actor, startedAt, finishedAt, batch } = view;
	return { ...runSummary(view), run: view.run, trigger, actor, startedAt, finishedAt, batch };
}

export function containerObject(view: ContainerView, footprint: Footprint | null) {
	const { id, kind, title, state, asOf, verifiedAt, datasets, rejected, waiting, suspect, exceptions } = view;
	const { storages, unreachable, causes, paused, begin, end } = view;
	const known = {
		state,
		asOf,
		verifiedAt,
		datasets,
		rejected,
		ignored: view.ignored,
		waiting,
		suspect,
		exceptions,
		storages,
		unreachable,
		causes,
		paused,
	};
	return { id, kind, title, ...known, begin, end, footprint, lastRun: view.lastRun && runObject(view.lastRun) };
}

export function datasetObject(view: DatasetView) {
	const { id, kind, storage, path, metadataPaths, begin, end, footprint, crs, size, extent, rangeType, properties } =
		view;
	const bands = view.bands.map(({ name, dataType, nodata }) => ({ name, dataType, nodata }));
	return {
		id,
		kind,
		storage,
		path,
		metadataPaths,
		memberPaths: view.memberPaths,
		begin,
		end,
		footprint,
		crs,
		size,
		extent,
		rangeType,
		bands,
		properties,
	};
}

/** `eosync dataset`: the first line. */
export function datasetLifeObject({ state, ...detail }: DatasetDetail) {
	return { type: "dataset", ...detail, state: state && datasetObject(state) };
}

/** `eosync dataset`: what happened to it, a line each. */
export function lifeEventObject(event: LifeEvent) {
	const { run, kind, container, at, actor, trigger, approval, reverts, restored, fromPath } = event;
	return {
		type: "event",
		at,
		...changeObject(event),
		fromPath,
		restored,
		run,
		kind,
		container,
		trigger,
		actor,
		approval,
		reverts,
	};
}

/** `eosync dataset find`. */
export function foundObject({ dataset, id, standing, storage, path, containers, removed, formerId }: FoundDataset) {
	return { dataset, id, standing, storage, path, containers, removed, formerId };
}

export function changeObject({ action, path, dataset, fields, reason, outcome, exception }: ChangeView) {
	return { action, path, dataset, fields, reason, outcome, exception };
}

/** `eosync changes`. */
export function listedChangeObject({ sameContent, ...change }: ListedChange) {
	return { ...changeObject(change), sameContent };
}

export function batchObject({ readAt: _, ...batch }: BatchView) {
	return batch;
}

export function batchContainerObject({ position, container, state, run }: BatchContainerView) {
	return { position, container, state, run: run && runObject(run) };
}
