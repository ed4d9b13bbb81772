import { answer, searchParams } from "#app/api/answer.ts";
import { type ContainerRoute, datasetsQuery } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { datasetFootprints } from "#lib/catalog/datasets/footprints.ts";

export async function GET(request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () =>
		datasetFootprints(await catalog(), (await params).id, datasetsQuery.parse(searchParams(request))),
	);
}
