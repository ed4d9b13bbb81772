import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { textStream } from "#lib/api/text-stream.ts";
import { exportRejections, rejectionFormats } from "#lib/catalog/rejections/rejections-export.ts";
import { filterOf, rejectionsQuery } from "#lib/catalog/rejections/rejections-input.ts";

export const dynamic = "force-dynamic";

const query = rejectionsQuery.extend({ format: z.enum(rejectionFormats) });
const files = {
	csv: { type: "text/csv; charset=utf-8", name: "rejected-files.csv" },
	text: { type: "text/plain; charset=utf-8", name: "rejected-files.txt" },
} as const;

/** All files that match, for the data's provider; streamed, a few hundred in memory at a time. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const { format, ...wanted } = query.parse(searchParams(request));
		const { type, name } = files[format];
		return new Response(textStream(exportRejections(await catalog(), filterOf(wanted), format)), {
			headers: {
				"content-type": type,
				"content-disposition": `attachment; filename="${name}"`,
				"x-content-type-options": "nosniff",
				"cache-control": "private, no-store",
			},
		});
	});
}
