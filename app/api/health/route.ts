export const dynamic = "force-dynamic";

/** For whoever restarts what hangs: this process answers. Whether it can do its work is told by `/api/ready`. */
export async function GET(): Promise<Response> {
	return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
