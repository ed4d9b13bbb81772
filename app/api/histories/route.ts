import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listHistories } from "#lib/catalog/containers/histories.ts";
import { containerIds } from "#lib/catalog/inputs.ts";

/** `?container=ID&container=ID…`: the histories of those containers. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () =>
		listHistories(await catalog(), containerIds.max(200).parse(new URL(request.url).searchParams.getAll("container"))),
	);
}
