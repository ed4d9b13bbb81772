import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { exportFormats, exportText } from "#lib/access/audit/audit-export.ts";
import { auditFilter, everyAudit } from "#lib/access/audit/audit-log.ts";
import { textStream } from "#lib/api/text-stream.ts";

export const dynamic = "force-dynamic";

const query = auditFilter.extend({ format: z.enum(exportFormats) });
const types = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;

/** All entries that match, as a file; however many, only some hundred are in memory. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const { format, ...filter } = query.parse(searchParams(request));
		const text = exportText(everyAudit(await catalog(), filter), format);
		return new Response(textStream(text), {
			headers: {
				"content-type": types[format],
				"content-disposition": `attachment; filename="eosync-audit.${format}"`,
				"cache-control": "private, no-store",
			},
		});
	}, "audit.read");
}
