import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { healthHistory } from "#lib/catalog/health/health-history.ts";

/** The last days of the catalogue's health, and the containers that get worse. */
export async function GET(): Promise<Response> {
	return answer(async () => healthHistory(await catalog()));
}
