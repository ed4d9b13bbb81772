import { answer, searchParams } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { differencesQuery, listPublishedDifferences } from "#lib/catalog/publications/check-view.ts";

const query = differencesQuery.extend(pageQuery.shape);

export async function GET(request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () =>
		listPublishedDifferences(await catalog(), (await params).id, query.parse(searchParams(request))),
	);
}
