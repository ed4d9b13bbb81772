import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listDeletedContainers } from "#lib/catalog/containers/deleted-containers.ts";

export async function GET(): Promise<Response> {
	return answer(async () => listDeletedContainers(await catalog()));
}
