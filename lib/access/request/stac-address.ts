import { channel } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { basePathOf, readEnv } from "#lib/env.ts";

/**
 * Imported (`node --import`) by the web process before Next, which leads an address that ends with a slash, or has two in a row, to the one
 * without by an answer that scripts of other sites cannot follow. Clients of the STAC API put addresses together from parts: with it, both are the same.
 */

const root = `${basePathOf(readEnv().url)}/stac`;

channel("http.server.request.start").subscribe((message) => {
	const { request } = message as { readonly request: IncomingMessage };
	const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(request.url ?? "") ?? [];
	if (!path.startsWith(`${root}/`)) return;
	request.url = `${path.replace(/\/{2,}/g, "/").replace(/\/$/, "")}${query}`;
});
