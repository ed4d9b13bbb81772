import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { listRejectedFiles } from "#lib/catalog/rejections/rejected-files.ts";
import { filterOf, rejectionsQuery } from "#lib/catalog/rejections/rejections-input.ts";

const query = rejectionsQuery.extend(pageQuery.shape);

export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const { after, limit, ...wanted } = query.parse(searchParams(request));
		return listRejectedFiles(await catalog(), filterOf(wanted), { after, limit });
	});
}
