import { catalog } from "#app/catalog.ts";
import { listContainers } from "#lib/catalog/containers.ts";
import { answer } from "../answer.ts";

export async function GET(): Promise<Response> {
	return answer(async () => listContainers(await catalog()));
}
