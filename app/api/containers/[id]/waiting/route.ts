import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { listWaiting } from "#lib/catalog/containers.ts";

const query = z.object({
	after: z.string().max(5000).nullable().default(null),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});

interface ContainerRoute {
	readonly params: Promise<{ readonly id: string }>;
}

export async function GET(request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => listWaiting(await catalog(), (await params).id, query.parse(searchParams(request))));
}
