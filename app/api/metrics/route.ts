import { monitoring } from "#app/monitoring.ts";
import { readEnv } from "#lib/env.ts";
import { messageOf } from "#lib/errors.ts";
import { isLoopback, mayReadMetrics } from "#lib/telemetry/metrics-access.ts";

export const dynamic = "force-dynamic";

/**
 * For Prometheus: the metrics of all processes, and this one's own resources. With EOSYNC_METRICS_TOKEN they are for callers that
 * send it as bearer token; without it for this machine only, and refused where proxies or a public address are
 * configured. 503 while the database does not answer.
 */
export async function GET({ headers }: Request): Promise<Response> {
	const { metricsToken, proxies, url } = readEnv();
	const direct = proxies === 0 && url === null;
	const local = direct && isLoopback(headers.get("x-eosync-address"));
	if (!mayReadMetrics(metricsToken, { authorization: headers.get("authorization"), local })) {
		return new Response("Metrics need the bearer token of EOSYNC_METRICS_TOKEN.\n", {
			status: 401,
			headers: { "www-authenticate": "Bearer" },
		});
	}
	try {
		const text = await (await monitoring()).metrics();
		return new Response(text, {
			headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
		});
	} catch (error) {
		return new Response(`The catalogue cannot be read: ${messageOf(error)}\n`, { status: 503 });
	}
}
