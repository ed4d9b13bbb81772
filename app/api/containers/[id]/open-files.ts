import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";

const query = z.object({
	after: z.string().max(5000).nullable().default(null),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});

interface ContainerRoute {
	readonly params: Promise<{ readonly id: string }>;
}

/** The handler of a route that lists files of a container, page by page. */
export function openFilesRoute(
	list: (database: Database, container: string, page: z.output<typeof query>) => Promise<Page<unknown>>,
) {
	return async (request: Request, { params }: ContainerRoute): Promise<Response> =>
		answer(async () => list(await catalog(), (await params).id, query.parse(searchParams(request))));
}
