import { answer, searchParams } from "#app/api/answer.ts";
import { type ContainerRoute, datasetsQuery } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { datasetDensity } from "#lib/catalog/datasets/footprints.ts";

export async function GET(request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => ({
		density: await datasetDensity(
			await catalog(),
			(await params).id,
			datasetsQuery.parse(searchParams(request)).search,
		),
	}));
}
