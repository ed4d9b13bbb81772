import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listViews } from "#lib/access/saved-views.ts";

export async function GET(): Promise<Response> {
	return answer(async ({ id }) => listViews(await catalog(), id));
}
