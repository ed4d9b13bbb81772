import { monitoring } from "#app/monitoring.ts";

export const dynamic = "force-dynamic";

/** 200 or 503, with which of database, migrations and worker is in order; `?worker=optional`: a worker need not be there. */
export async function GET(request: Request): Promise<Response> {
	const optional = new URL(request.url).searchParams.get("worker") === "optional";
	const readiness = await (await monitoring()).readiness(optional ? "optional" : "needed");
	return Response.json(readiness, { status: readiness.ready ? 200 : 503, headers: { "cache-control": "no-store" } });
}
