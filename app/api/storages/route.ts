import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listStorages } from "#lib/catalog/storages.ts";

export async function GET(): Promise<Response> {
	return answer(async () => listStorages(await catalog()));
}
