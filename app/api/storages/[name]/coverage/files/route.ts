import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { coverageFilesQuery, listCoverageFiles } from "#lib/catalog/coverage/coverage.ts";

const query = coverageFilesQuery.extend(pageQuery.shape);

interface Context {
	readonly params: Promise<{ readonly name: string }>;
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
	return answer(async () =>
		listCoverageFiles(await catalog(), (await params).name, query.parse(searchParams(request))),
	);
}
