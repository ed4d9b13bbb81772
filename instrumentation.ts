import type { Instrumentation } from "next";
import "#lib/validation-messages.ts";

/** Next tells of whatever a page, an action or a route threw; without the query string, which may hold what is nobody's business. */
export const onRequestError: Instrumentation.onRequestError = async (
	error,
	{ method, path },
	{ routePath, routeType },
) => {
	// Also bundled for a runtime without Node, where nothing of eosync runs.
	if (process.env.NEXT_RUNTIME !== "nodejs") return;
	const { log } = await import("#app/log.ts");
	const request = { method, path: path.split("?", 1)[0], route: routePath, type: routeType };
	(await log()).error({ err: error, ...request }, "a request failed");
};
