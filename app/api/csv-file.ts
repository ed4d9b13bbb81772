import { textStream } from "#lib/api/text-stream.ts";

/** A table as a file to save, made as fast as it is read. */
export function csvFile(name: string, text: AsyncGenerator<string>): Response {
	return new Response(textStream(text), {
		headers: {
			"content-type": "text/csv; charset=utf-8",
			"content-disposition": `attachment; filename="${name}"`,
			"x-content-type-options": "nosniff",
			"cache-control": "private, no-store",
		},
	});
}
