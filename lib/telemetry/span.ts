export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
	/** Milliseconds since 1970; default: now. */
	child(name: string, attributes?: Attributes, startedAt?: number): Span;
	set(attributes: Attributes): void;
	/** With what went wrong, if something did. */
	end(error?: unknown): void;
}

/** What is done where there are no traces. */
export const noSpan: Span = { child: () => noSpan, set: () => {}, end: () => {} };
