import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { targetTroubles } from "#lib/catalog/targets/target-troubles.ts";

export async function GET(): Promise<Response> {
	return answer(async () => targetTroubles(await catalog()));
}
