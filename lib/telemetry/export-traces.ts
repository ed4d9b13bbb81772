import { context, type Span as OtelSpan, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { messageOf } from "#lib/errors.ts";
import type { Attributes, Span } from "./span.ts";

export interface TraceExport {
	start(name: string, attributes: Attributes): Span;
	/** Sends what is left; a collector that does not answer is waited for no longer than this, milliseconds. */
	close(): Promise<void>;
}

const timeoutMs = 3000;

/** The exporter itself reads `OTEL_EXPORTER_OTLP_HEADERS` and the like; the resource, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
export function exportTraces(endpoint: string, version: string): TraceExport {
	const own = resourceFromAttributes({ "service.name": "eosync", "service.version": version });
	const resource = defaultResource()
		.merge(own)
		.merge(detectResources({ detectors: [envDetector] }));
	const exporter = new OTLPTraceExporter({
		url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
		timeoutMillis: timeoutMs,
	});
	const processor = new BatchSpanProcessor({ exporter, maxQueueSize: 2048, scheduledDelayMillis: 2000 });
	const provider = new TracerProvider({ resource, spanProcessors: [processor] });
	const tracer = provider.getTracer("eosync", version);
	return {
		start: (name, attributes) => wrap(tracer, tracer.startSpan(name, { attributes })),
		async close() {
			const timeUp = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref());
			// Traces that cannot be sent must not keep a process or make it fail.
			await Promise.race([provider.shutdown().catch(() => {}), timeUp]);
		},
	};
}

function wrap(tracer: Tracer, span: OtelSpan): Span {
	return {
		child(name, attributes = {}, startedAt = Date.now()) {
			const parent = trace.setSpan(context.active(), span);
			return wrap(tracer, tracer.startSpan(name, { attributes, startTime: startedAt }, parent));
		},
		set: (attributes) => void span.setAttributes(attributes),
		end(error) {
			if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
			span.end();
		},
	};
}
