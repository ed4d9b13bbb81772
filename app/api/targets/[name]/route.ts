import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { pushQuery } from "#lib/catalog/targets/target-asks.ts";
import { targetDetail } from "#lib/catalog/targets/target-overview.ts";

export interface TargetRoute {
	readonly params: Promise<{ readonly name: string }>;
}

const query = z.object({ push: pushQuery.optional() });

export async function GET(request: Request, { params }: TargetRoute): Promise<Response> {
	return answer(async () =>
		targetDetail(await catalog(), (await params).name, query.parse(searchParams(request)).push),
	);
}
