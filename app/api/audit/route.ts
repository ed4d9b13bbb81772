import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { auditQuery, listAudit } from "#lib/access/audit/audit-log.ts";

export async function GET(request: Request): Promise<Response> {
	return answer(async () => listAudit(await catalog(), auditQuery.parse(searchParams(request))), "audit.read");
}
