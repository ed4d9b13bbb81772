import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listCauses } from "#lib/catalog/causes/causes.ts";

export async function GET(): Promise<Response> {
	return answer(async () => listCauses(await catalog()));
}
