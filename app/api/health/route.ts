export const dynamic = "force-dynamic";

/** For programs that restart what hangs: this process answers. `/api/ready` says whether it can do its work. */
export async function GET(): Promise<Response> {
	return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
