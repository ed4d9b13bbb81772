/** What the audit log keeps. No code, client-safe. */

/** One value that is another now; secrets are shown as `(secret)`. */
export interface AuditChange {
	readonly before: unknown;
	readonly after: unknown;
}

export interface AuditDetails {
	/** What was asked for, without secrets. */
	readonly input?: unknown;
	/** What is different afterwards, by path (`sources.0.include`). */
	readonly changes?: Readonly<Record<string, AuditChange>>;
	/** What came of it: the numbers of runs, for instance. */
	readonly result?: unknown;
}
