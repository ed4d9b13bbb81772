import { answer, searchParams } from "#app/api/answer.ts";
import type { TargetRoute } from "#app/api/targets/[name]/route.ts";
import { catalog } from "#app/catalog.ts";
import { countTargetDifferences, targetDifferencesQuery } from "#lib/catalog/targets/target-differences.ts";

export async function GET(request: Request, { params }: TargetRoute): Promise<Response> {
	return answer(async () =>
		countTargetDifferences(await catalog(), (await params).name, targetDifferencesQuery.parse(searchParams(request))),
	);
}
