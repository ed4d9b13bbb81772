import { answer, searchParams } from "#app/api/answer.ts";
import { type DatasetRoute, datasetParam } from "#app/api/datasets/[dataset]/dataset-param.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { datasetLife } from "#lib/catalog/lives/dataset-life.ts";

export async function GET(request: Request, route: DatasetRoute): Promise<Response> {
	return answer(async () =>
		datasetLife(await catalog(), await datasetParam(route), pageQuery.parse(searchParams(request))),
	);
}
