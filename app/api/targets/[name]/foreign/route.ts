import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import type { TargetRoute } from "#app/api/targets/[name]/route.ts";
import { catalog } from "#app/catalog.ts";
import { pushQuery } from "#lib/catalog/targets/target-asks.ts";
import { isPushOf } from "#lib/catalog/targets/target-overview.ts";
import { foreignContainers } from "#lib/targets/check/foreign-containers.ts";

const query = z.object({ push: pushQuery });

export async function GET(request: Request, { params }: TargetRoute): Promise<Response> {
	return answer(async () => {
		const { push } = query.parse(searchParams(request));
		const database = await catalog();
		return (await isPushOf(database, (await params).name, push)) ? foreignContainers(database, push) : null;
	});
}
