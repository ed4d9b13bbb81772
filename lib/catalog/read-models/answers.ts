export interface Page<T> {
	readonly rows: readonly T[];
	/** Hand it back as `after` for the next page; null: this is the last. */
	readonly next: string | null;
	/** Rows that match, over all pages. */
	readonly total: number;
}

export type ActionResult<T = unknown> =
	| ({ readonly ok: true } & T)
	| { readonly ok: false; readonly error: string; readonly fields?: Readonly<Record<string, string>> };
