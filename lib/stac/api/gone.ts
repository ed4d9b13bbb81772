import { formerId } from "#lib/catalog/containers/former-ids.ts";
import { goneItem } from "#lib/stac/changes/gone-item.ts";
import type { StacAnswer, StacCall, StacHandler } from "./call.ts";
import { StacProblem } from "./stac-problem.ts";

/**
 * What was there and is not any more: an item that was removed is told so (410) as long as the log has it, and the address of a renamed
 * collection leads to the new one (308).
 */
export function withGone(handle: StacHandler): StacHandler {
	return async (call) => {
		try {
			return await handle(call);
		} catch (error) {
			if (!(error instanceof StacProblem) || error.kind !== "NotFound") throw error;
			return (await moved(call)) ?? (await gone(call, error));
		}
	};
}

async function moved(call: StacCall): Promise<Response | null> {
	const { database, urls, caller, path, request } = call;
	const former = await formerId(database, path.collection ?? "");
	if (former === null) return null;
	const [readable] = await database.sql`
		select from containers where eo_id = ${former.container} and deleted_at is null
			and (publish_stac = 'public' or (publish_stac = 'token' and ${caller !== null}))`;
	if (readable === undefined) return null;
	const { pathname, search } = new URL(request.url);
	const rest = pathname.split("/").slice(4).join("/");
	const location = `${urls.collection(former.container)}${rest === "" ? "" : `/${rest}`}${search}`;
	return new Response(null, { status: 308, headers: { location, "cache-control": "no-cache" } });
}

async function gone({ database, urls, caller, path }: StacCall, error: StacProblem): Promise<StacAnswer> {
	const { collection = "", item } = path;
	if (item === undefined) throw error;
	const reader = { withToken: caller !== null };
	const found = await goneItem(database.sql, { collection, item, reader });
	if (found === null) throw error;
	const { at, reason, replacedBy, run } = found;
	const details = {
		removed: at,
		reason,
		...(replacedBy === null ? {} : { replacedBy: { id: replacedBy, href: urls.item(collection, replacedBy) } }),
		...(caller !== null && run !== null ? { run, runHref: `${urls.origin}/runs/${run}` } : {}),
	};
	throw new StacProblem("Gone", `The item ${item.slice(0, 200)} was ${reason} on ${at}.`, { details });
}
