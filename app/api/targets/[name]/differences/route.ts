import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import type { TargetRoute } from "#app/api/targets/[name]/route.ts";
import { catalog } from "#app/catalog.ts";
import { listTargetDifferences, targetDifferencesQuery } from "#lib/catalog/targets/target-differences.ts";

const query = targetDifferencesQuery.extend(pageQuery.shape);

export async function GET(request: Request, { params }: TargetRoute): Promise<Response> {
	return answer(async () =>
		listTargetDifferences(await catalog(), (await params).name, query.parse(searchParams(request))),
	);
}
