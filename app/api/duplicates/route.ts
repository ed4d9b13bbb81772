import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { duplicatesView } from "#lib/catalog/duplicates/duplicates.ts";

export async function GET(): Promise<Response> {
	return answer(async () => duplicatesView(await catalog()));
}
