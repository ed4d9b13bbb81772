import { channel } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { readEnv } from "#lib/env.ts";
import { clientAddress } from "./client-address.ts";

/**
 * Imported (`node --import`) by the web process before Next: only here is the peer's address known. Writes the caller's
 * address into `x-eosync-address`, over anything the caller wrote there, and removes forwarding headers that did not come
 * from our proxies.
 */

const { proxies, url } = readEnv();
const publicUrl = url === null ? null : new URL(url);

channel("http.server.request.start").subscribe((message) => {
	const { headers, socket } = (message as { readonly request: IncomingMessage }).request;
	const forwardedFor = headers["x-forwarded-for"];
	const address = clientAddress(socket.remoteAddress, [forwardedFor ?? []].flat().join(","), proxies);
	for (const name of Object.keys(headers)) {
		if (/^(x-forwarded-|forwarded$|x-real-ip$|x-eosync-)/.test(name)) delete headers[name];
	}
	if (address !== null) headers["x-eosync-address"] = address;
	if (publicUrl !== null) {
		headers["x-forwarded-host"] = publicUrl.host;
		headers["x-forwarded-proto"] = publicUrl.protocol.slice(0, -1);
	}
});
