import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import { markViewedAction } from "#app/actions/reviews.ts";
import {
	applyRunAction,
	approveRunAction,
	cancelRunAction,
	previewSelectionAction,
	revertRunAction,
} from "#app/actions/runs.ts";
import { catalog } from "#app/catalog.ts";
import {
	type ChangesFilter,
	changesParameters,
	filterOf,
	pageRows,
	type unfiltered,
} from "#components/changes/changes-filter.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { RunPage } from "#components/runs/run-page.tsx";
import { folderCounts, listChanges } from "#lib/catalog/changes/changes.ts";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { changeActions, changesQuery, runId } from "#lib/catalog/inputs.ts";
import type { RunView } from "#lib/catalog/read-models.ts";
import { runView } from "#lib/catalog/runs/runs.ts";

interface RunRouteProps {
	readonly params: Promise<{ readonly run: string }>;
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export async function generateMetadata({ params }: RunRouteProps): Promise<Metadata> {
	return { title: `Run ${(await params).run}` };
}

export default async function RunRoute({ params, searchParams }: RunRouteProps) {
	await signedIn();
	const number = runId.safeParse(Number((await params).run));
	const run = number.success ? await runView(await catalog(), number.data) : null;
	if (run === null) notFound();
	const filter = filterOf(oneOfEach(await searchParams));
	const [state, [container]] = await Promise.all([
		firstChanges(run, filter),
		containerViews(await catalog(), [run.container]),
	]);
	return (
		<HydrationBoundary state={state}>
			<RunPage
				key={run.run}
				seed={run}
				history={container?.history ?? []}
				actions={{
					apply: applyRunAction,
					approve: approveRunAction,
					preview: previewSelectionAction,
					cancel: cancelRunAction,
					revert: revertRunAction,
					markViewed: markViewedAction,
				}}
			/>
		</HydrationBoundary>
	);
}

/** Of a parameter that is given several times, the first, as the page itself reads its address. */
function oneOfEach(parameters: Awaited<RunRouteProps["searchParams"]>): typeof unfiltered {
	const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";
	const { action, search, folder, begin, end } = parameters;
	return { action: one(action), search: one(search), folder: one(folder), begin: one(begin), end: one(end) };
}

/** The table's first rows come with the page, unless there are so many that the page would wait for them. */
async function firstChanges(run: RunView, filter: ChangesFilter) {
	const client = new QueryClient();
	if (changeActions.reduce((sum, action) => sum + run[action], 0) <= comesWithPage) {
		const database = await catalog();
		const query = changesQuery.parse({ ...Object.fromEntries(changesParameters(filter)), limit: pageRows });
		const [folders, changes] = await Promise.all([
			folderCounts(database, run.run, query),
			listChanges(database, run.run, query),
		]);
		client.setQueryData(queryKeys.folders(run.run, filter), folders);
		client.setQueryData(queryKeys.changes(run.run, filter, 0), changes);
	}
	return dehydrate(client);
}

const comesWithPage = 1000;
