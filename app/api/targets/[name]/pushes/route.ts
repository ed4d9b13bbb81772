import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import type { TargetRoute } from "#app/api/targets/[name]/route.ts";
import { catalog } from "#app/catalog.ts";
import { listPushes } from "#lib/catalog/targets/target-overview.ts";

export async function GET(request: Request, { params }: TargetRoute): Promise<Response> {
	return answer(async () => listPushes(await catalog(), (await params).name, pageQuery.parse(searchParams(request))));
}
