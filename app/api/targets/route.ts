import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { targetViews } from "#lib/catalog/targets/target-overview.ts";

export async function GET(): Promise<Response> {
	return answer(async () => targetViews(await catalog()));
}
