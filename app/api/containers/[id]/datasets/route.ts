import { answer, searchParams } from "#app/api/answer.ts";
import { type ContainerRoute, datasetsQuery } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";

export async function GET(request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () =>
		listDatasets(await catalog(), (await params).id, datasetsQuery.parse(searchParams(request))),
	);
}
