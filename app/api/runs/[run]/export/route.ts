import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { textStream } from "#lib/api/text-stream.ts";
import { changeExportFormats, exportChanges } from "#lib/catalog/changes/change-export.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { exportName } from "#lib/catalog/export-name.ts";
import { runView } from "#lib/catalog/runs/runs.ts";

export const dynamic = "force-dynamic";

const query = changesQuery.extend({ format: z.enum(changeExportFormats) });
const types = {
	csv: "text/csv; charset=utf-8",
	jsonl: "application/x-ndjson",
	geojson: "application/geo+json",
} as const;

/** All changes that match, as a file; however many, only some hundred are in memory. */
export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => {
		const { format, ...filter } = query.parse(searchParams(request));
		const database = await catalog();
		const run = await runView(database, await runParam(route));
		if (run === null) return null;
		const text = exportChanges(database, run.sameAs ?? run.run, filter, format);
		return new Response(textStream(text), {
			headers: {
				"content-type": types[format],
				"content-disposition": `attachment; ${fileNameParameters(exportName(run, filter, format))}`,
				"cache-control": "private, no-store",
			},
		});
	});
}

/** RFC 6266: the name itself, and for old programs one in ASCII. */
function fileNameParameters(name: string): string {
	return `filename="${name.replaceAll(/[^\w.-]/g, "_")}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
