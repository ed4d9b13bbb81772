import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { notFound, redirect } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import { restoreDatasetAction } from "#app/actions/datasets.ts";
import { catalog } from "#app/catalog.ts";
import { DatasetPage } from "#components/datasets/dataset-page.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { decoded } from "#components/ui/address/decoded.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { type DatasetDetail, datasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import { datasetLife } from "#lib/catalog/lives/dataset-life.ts";
import { findDataset } from "#lib/catalog/lives/dataset-search.ts";

interface DatasetRouteProps {
	/** Number of the dataset, or its EO ID. */
	readonly params: Promise<{ readonly dataset: string }>;
}

export default async function DatasetRoute({ params }: DatasetRouteProps) {
	await signedIn();
	const detail = await requireDetail(decoded((await params).dataset));
	const client = new QueryClient();
	const life = await datasetLife(await catalog(), detail.dataset, {});
	client.setQueryData(queryKeys.datasetLife(detail.dataset), { pages: [life], pageParams: [null] });
	return (
		<HydrationBoundary state={dehydrate(client)}>
			<DatasetPage key={detail.dataset} seed={detail} restore={restoreDatasetAction} />
		</HydrationBoundary>
	);
}

/** An EO ID leads to the number of the dataset that has it, or had it last. */
async function requireDetail(named: string): Promise<DatasetDetail> {
	const isNumber = /^\d{1,15}$/.test(named);
	if (!isNumber && !eoId.safeParse(named).success) notFound();
	const database = await catalog();
	const dataset = await findDataset(database, named);
	if (dataset === null) notFound();
	if (!isNumber) redirect(`/datasets/${dataset}`);
	const detail = await datasetDetail(database, dataset);
	if (detail === null) notFound();
	return detail;
}
