import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import type { listRejections, listSuspects, listWaiting } from "#lib/catalog/containers/open-files.ts";

const query = z.object({
	after: z.string().max(5000).nullable().default(null),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});

interface ContainerRoute {
	readonly params: Promise<{ readonly id: string }>;
}

/** The handler of a route that lists files of a container, page by page. */
export function openFilesRoute(list: typeof listRejections | typeof listSuspects | typeof listWaiting) {
	return async (request: Request, { params }: ContainerRoute): Promise<Response> =>
		answer(async () => list(await catalog(), (await params).id, query.parse(searchParams(request))));
}
