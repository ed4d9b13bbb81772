import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { publicationTotals } from "#lib/catalog/publications/totals.ts";

/** What is served to others, and how far that is behind the catalogue. */
export async function GET(): Promise<Response> {
	return answer(async () => publicationTotals((await catalog()).sql));
}
