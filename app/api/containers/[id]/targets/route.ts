import { answer } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { containerTargets } from "#lib/catalog/targets/container-targets.ts";

export async function GET(_request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => containerTargets(await catalog(), (await params).id));
}
