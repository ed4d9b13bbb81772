import { answer } from "#app/api/answer.ts";
import { type DatasetRoute, datasetParam } from "#app/api/datasets/[dataset]/dataset-param.ts";
import { catalog } from "#app/catalog.ts";
import { datasetDetail } from "#lib/catalog/lives/dataset-detail.ts";

export async function GET(_request: Request, route: DatasetRoute): Promise<Response> {
	return answer(async () => datasetDetail(await catalog(), await datasetParam(route)));
}
