import { channel } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";

/**
 * Imported (`node --import`) by the web process before Next, which takes the length from the answers of its routes: clients that read
 * files in ranges need it. A route says it as `x-eosync-length`; here it becomes the answer's `content-length`.
 */

channel("http.server.request.start").subscribe((message) => {
	const { response } = message as { readonly response: ServerResponse };
	const writeHead = response.writeHead;
	response.writeHead = function withLength(this: ServerResponse, ...written: unknown[]): ServerResponse {
		const length = this.getHeader("x-eosync-length");
		if (length !== undefined) {
			this.removeHeader("x-eosync-length");
			this.setHeader("content-length", length);
		}
		return Reflect.apply(writeHead, this, written);
	};
});
