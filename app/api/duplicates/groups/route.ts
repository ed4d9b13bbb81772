import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { duplicatesQuery, listContentGroups, listSceneGroups } from "#lib/catalog/duplicates/duplicates.ts";

const query = duplicatesQuery.extend(pageQuery.shape);

export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const { kind, ...page } = query.parse(searchParams(request));
		return kind === "content" ? listContentGroups(await catalog(), page) : listSceneGroups(await catalog(), page);
	});
}
