import type { StacOperation } from "./operations.ts";

/** The operations as a page for people, without scripts. Pure; everything in it is our own text. */
export function stacReference(operations: readonly StacOperation[], root: string): string {
	const rows = operations.map(({ method, path, summary, query }) => {
		const parameters =
			query.length === 0 ? "" : `<br><small>${query.map((name) => `<code>${name}</code>`).join(" ")}</small>`;
		return `<tr><td><code>${method} /stac${escaped(path)}</code>${parameters}</td><td>${escaped(summary)}</td></tr>`;
	});
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>eosync: STAC API</title></head>
<body><h1>STAC API</h1>
<p>STAC 1.1, STAC API 1.0, OGC API - Features. Begin at <a href="${escaped(root)}">${escaped(root)}</a>; the whole description for programs is
<a href="${escaped(root)}/api">${escaped(root)}/api</a> (OpenAPI 3.1). What is not public takes an API token: <code>Authorization: Bearer eos_…</code>.</p>
<table><thead><tr><th scope="col">Call</th><th scope="col">What it does</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table></body></html>
`;
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
