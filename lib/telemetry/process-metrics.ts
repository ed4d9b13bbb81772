import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, Registry } from "prom-client";
import { isLoopback, mayReadMetrics } from "./metrics-access.ts";

let registry: Registry | null = null;

/** Of this process: processor, memory, event loop, garbage; `process_*` and `nodejs_*`. */
export function processMetrics(): Promise<string> {
	if (registry === null) {
		registry = new Registry();
		collectDefaultMetrics({ register: registry });
	}
	return registry.metrics();
}

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

export interface ServeMetricsOptions {
	readonly host: string;
	/** 0: any free one. */
	readonly port: number;
	readonly token: string | null;
}

/** Serves `GET /metrics` of this process until disposed of. */
export async function serveProcessMetrics({
	host,
	port,
	token,
}: ServeMetricsOptions): Promise<AsyncDisposable & { readonly port: number }> {
	const server = createServer((request, response) => {
		const { authorization = null } = request.headers;
		const allowed = mayReadMetrics(token, { authorization, local: isLoopback(request.socket.remoteAddress) });
		if (request.method !== "GET" || request.url !== "/metrics") response.writeHead(404).end();
		else if (!allowed) response.writeHead(401, { "www-authenticate": "Bearer" }).end();
		else
			processMetrics().then(
				(text) => response.writeHead(200, { "content-type": metricsContentType }).end(text),
				() => response.writeHead(500).end(),
			);
	});
	server.requestTimeout = 10_000;
	server.maxConnections = 20;
	server.listen(port, host);
	await once(server, "listening");
	void processMetrics(); // The event loop is watched from now on.
	return {
		port: (server.address() as AddressInfo).port,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
