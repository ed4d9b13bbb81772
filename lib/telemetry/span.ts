export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
	/** Milliseconds since 1970; default: now. */
	child(name: string, attributes?: Attributes, startedAt?: number): Span;
	set(attributes: Attributes): void;
	/** Ends the span, with its error if there was one. */
	end(error?: unknown): void;
}

/** The span used without tracing: it does nothing. */
export const noSpan: Span = { child: () => noSpan, set: () => {}, end: () => {} };
