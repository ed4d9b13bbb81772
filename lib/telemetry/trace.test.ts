import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { openTracing, startTrace } from "./trace.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

interface OtlpSpan {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly name: string;
	readonly attributes: readonly { readonly key: string; readonly value: object }[];
	readonly status: { readonly code?: number; readonly message?: string };
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
}

/** Takes what OTLP exporters send, as JSON. */
async function startCollector() {
	const spans: OtlpSpan[] = [];
	const paths = new Set<string>();
	const server = createServer(async (request, response) => {
		paths.add(request.url ?? "");
		const sent = JSON.parse(await text(request));
		for (const { scopeSpans } of sent.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
		response.writeHead(200, { "content-type": "application/json" }).end("{}");
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return { spans, paths, endpoint, [Symbol.dispose]: () => server.close() };
}

it("sends a run, its phases and some of its storage calls to the collector", async () => {
	using collector = await startCollector();
	for (let n = 0; n < 150; n++) await bench.archive.write(`CUT/${n}.tif`, "II*");
	await bench.archive.scene("CUT/good.tif", { eoId: "GOOD" });
	await bench.container("TRACED", [{ path: "CUT" }]);
	const tracing = await openTracing(`${collector.endpoint}/`, { version: "1.2.3" });
	const { run } = await bench.run("TRACED");
	await tracing[Symbol.asyncDispose]();
	expect([...collector.paths]).toEqual(["/v1/traces"]);
	const root = collector.spans.find(({ name }) => name === "run");
	expect(root).toMatchObject({ attributes: expect.arrayContaining([{ key: "eosync.run", value: { intValue: run } }]) });
	expect(root?.attributes).toContainEqual({ key: "eosync.container", value: { stringValue: "TRACED" } });
	const phases = collector.spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
	expect(phases.map(({ name }) => name)).toEqual(
		expect.arrayContaining(["scanning", "reading", "planning", "applying"]),
	);
	const calls = collector.spans.filter(({ name }) => name.startsWith("storage "));
	const phaseIds = phases.map(({ spanId }) => spanId);
	expect(calls.every(({ parentSpanId }) => phaseIds.includes(parentSpanId ?? ""))).toBe(true);
	// One in a hundred of at least 151 readings and a listing.
	expect(calls.length).toBeGreaterThan(1);
	expect(calls.length).toBeLessThan(100);
});

it("says what went wrong", async () => {
	using collector = await startCollector();
	await bench.container("LOST", [{ path: "nowhere" }]);
	const tracing = await openTracing(collector.endpoint, { version: "1.2.3" });
	await bench.run("LOST");
	await tracing[Symbol.asyncDispose]();
	const failed = collector.spans.filter(({ status }) => status.code === 2);
	expect(failed.map(({ name }) => name)).toEqual(expect.arrayContaining(["run", "storage list"]));
	expect(failed.every(({ status }) => (status.message ?? "") !== "")).toBe(true);
});

it("does not wait for ever for a collector that is not there", async () => {
	const tracing = await openTracing("http://127.0.0.1:9", { version: "1.2.3" });
	startTrace("run", {}).end();
	await expect(tracing[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
