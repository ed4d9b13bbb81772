import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { storageOverview } from "#lib/catalog/storages/storage-overview.ts";

export async function GET(): Promise<Response> {
	return answer(async () => storageOverview(await catalog()));
}
