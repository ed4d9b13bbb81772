import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { rejectionsSummary } from "#lib/catalog/rejections/rejected-files.ts";
import { freshAtMostEvery } from "#lib/operations/cache-for.ts";

/** Every open page asks for it whenever a run has ended: however many do, the database is asked once a second. */
const summary = freshAtMostEvery(1000, async () => rejectionsSummary(await catalog()));

export async function GET(): Promise<Response> {
	return answer(summary);
}
