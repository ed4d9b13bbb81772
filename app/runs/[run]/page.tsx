import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { notFound } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import {
	applyRunAction,
	approveRunAction,
	cancelRunAction,
	previewSelectionAction,
	revertRunAction,
} from "#app/actions/runs/runs.ts";
import { catalog } from "#app/catalog.ts";
import { firstOfEach, type SearchParameters } from "#app/search-parameters.ts";
import { type ChangesFilter, changesParameters, filterOf, pageRows } from "#components/changes/changes-filter.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { RunPage } from "#components/runs/run-page.tsx";
import { folderCounts, listChanges, runsWithoutTheirChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { changeActions, runId } from "#lib/catalog/inputs.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { runView } from "#lib/catalog/runs/runs.ts";

interface RunRouteProps {
	readonly params: Promise<{ readonly run: string }>;
	readonly searchParams: SearchParameters;
}

export default async function RunRoute({ params, searchParams }: RunRouteProps) {
	await signedIn();
	const number = runId.safeParse(Number((await params).run));
	const run = number.success ? await runView(await catalog(), number.data) : null;
	if (run === null) notFound();
	const { action = "", search = "", folder = "", begin = "", end = "" } = await firstOfEach(searchParams);
	const filter = filterOf({ action, search, folder, begin, end });
	const database = await catalog();
	const [state, [container], forgotten] = await Promise.all([
		firstChanges(run, filter),
		containerViews(database, [run.container]),
		runsWithoutTheirChanges(database, [run]),
	]);
	return (
		<HydrationBoundary state={state}>
			<RunPage
				key={run.run}
				seed={run}
				history={container?.history ?? []}
				isForgotten={forgotten.length > 0}
				actions={{
					apply: applyRunAction,
					approve: approveRunAction,
					preview: previewSelectionAction,
					cancel: cancelRunAction,
					revert: revertRunAction,
				}}
			/>
		</HydrationBoundary>
	);
}

/** The table's first rows come with the page, unless there are so many that the page would wait for them. */
async function firstChanges(run: RunView, filter: ChangesFilter) {
	const client = new QueryClient();
	if (changeActions.reduce((sum, action) => sum + run[action], 0) <= comesWithPage) {
		const database = await catalog();
		const planned = run.sameAs ?? run.run;
		const query = changesQuery.parse({ ...Object.fromEntries(changesParameters(filter)), limit: pageRows });
		const [folders, changes] = await Promise.all([
			folderCounts(database, planned, query),
			listChanges(database, planned, query),
		]);
		client.setQueryData(queryKeys.folders(planned, filter), folders);
		client.setQueryData(queryKeys.changes(planned, filter, 0), changes);
	}
	return dehydrate(client);
}

const comesWithPage = 1000;
