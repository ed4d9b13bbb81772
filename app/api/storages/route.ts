import { catalog } from "#app/catalog.ts";
import { listStorages } from "#lib/catalog/storages.ts";
import { answer } from "../answer.ts";

export async function GET(): Promise<Response> {
	return answer(async () => listStorages(await catalog()));
}
