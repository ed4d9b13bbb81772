import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { closedStorageList } from "#lib/catalog/pauses/pauses.ts";

export async function GET(): Promise<Response> {
	return answer(async () => closedStorageList(await catalog()));
}
