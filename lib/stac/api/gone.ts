import { goneItem } from "#lib/stac/changes/gone-item.ts";
import type { StacAnswer, StacCall, StacHandler } from "./call.ts";
import { StacProblem } from "./stac-problem.ts";

/** An item that was there and is not any more is told so (410), as long as the log has it. */
export function withGone(handle: StacHandler): StacHandler {
	return async (call) => {
		try {
			return await handle(call);
		} catch (error) {
			if (!(error instanceof StacProblem) || error.kind !== "NotFound") throw error;
			return gone(call, error);
		}
	};
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
