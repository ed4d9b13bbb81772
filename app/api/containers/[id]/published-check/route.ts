import { answer } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { publishedCheckOf } from "#lib/catalog/publications/check-view.ts";

export async function GET(_request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => publishedCheckOf(await catalog(), (await params).id));
}
