import { answer, searchParams } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { changeHeat } from "#lib/catalog/changes/change-heat.ts";
import { heatQuery } from "#lib/catalog/changes/changes-query.ts";

export async function GET(request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => {
		const { last } = heatQuery.parse(searchParams(request));
		return { heat: await changeHeat(await catalog(), { container: (await params).id, last }) };
	});
}
