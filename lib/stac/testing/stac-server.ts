import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { TestStac } from "./stac-api.ts";

/** The STAC API on a port of this machine, for clients of the world outside. */
export async function serveStac(
	ask: TestStac["ask"],
): Promise<AsyncDisposable & { readonly port: number; readonly requests: string[] }> {
	const requests: string[] = [];
	const server = createServer(async (request, response) => {
		requests.push(`${request.method} ${request.url}`);
		const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
		const hungUp = new AbortController();
		response.on("close", () => hungUp.abort());
		const answer = await ask(request.url ?? "", { method: request.method ?? "GET", headers, signal: hungUp.signal });
		response.writeHead(answer.status, Object.fromEntries(answer.headers));
		if (answer.body === null) response.end();
		// A client that has enough hangs up.
		else
			await pipeline(Readable.fromWeb(answer.body as import("node:stream/web").ReadableStream), response).catch(
				() => {},
			);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		port,
		requests,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
