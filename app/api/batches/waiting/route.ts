import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { waitingInBatches } from "#lib/catalog/batches/batches.ts";

export async function GET(): Promise<Response> {
	return answer(async () => waitingInBatches(await catalog()));
}
