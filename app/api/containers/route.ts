import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";

export async function GET(): Promise<Response> {
	return answer(async () => listContainers(await catalog()));
}
