import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { storableFolder } from "#lib/catalog/coverage/coverage.ts";
import { mendingSources } from "#lib/jobs/coverage/coverage-of.ts";

const query = z.object({ path: storableFolder });

interface Context {
	readonly params: Promise<{ readonly name: string }>;
}

/** The sources in whose forms a pattern for a file belongs. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
	return answer(async () =>
		mendingSources(await catalog(), (await params).name, query.parse(searchParams(request)).path),
	);
}
