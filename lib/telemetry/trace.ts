import { type Attributes, noSpan, type Span } from "./span.ts";

/**
 * Traces: what a run did when, for an OpenTelemetry collector. Without one nothing is loaded and spans cost nothing.
 */

type StartTrace = (name: string, attributes: Attributes) => Span;

/** One per process. */
let start: StartTrace = () => noSpan;

/** A span that is part of no other. */
export function startTrace(name: string, attributes: Attributes): Span {
	return start(name, attributes);
}

/** From now on traces go to the collector at `endpoint` (OTLP over HTTP), until disposed of, which sends what is left. */
export async function openTracing(
	endpoint: string | null,
	{ version }: { readonly version: string },
): Promise<AsyncDisposable> {
	if (endpoint === null) return { [Symbol.asyncDispose]: async () => {} };
	const { exportTraces } = await import("./export-traces.ts");
	const exporting = exportTraces(endpoint, version);
	start = exporting.start;
	return {
		async [Symbol.asyncDispose]() {
			start = () => noSpan;
			await exporting.close();
		},
	};
}
