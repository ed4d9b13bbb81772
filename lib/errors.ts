import { lookupTable } from "./lookup-table.ts";

/**
 * Every error class of the program. A message says what happened, to what, and what to do;
 * `code` is for programs, `retryable` says whether the same call may succeed later.
 */

interface ErrorOptions {
	readonly cause?: unknown;
	readonly retryable?: boolean;
}

export class EosyncError extends Error {
	readonly code: string;
	readonly retryable: boolean;

	constructor(code: string, message: string, { cause, retryable = false }: ErrorOptions = {}) {
		super(message, cause === undefined ? undefined : { cause });
		this.name = new.target.name;
		this.code = code;
		this.retryable = retryable;
	}
}

export type StorageErrorCode =
	| "not-found"
	| "forbidden"
	| "unreachable"
	| "timeout"
	| "changed"
	| "invalid-path"
	/** It is in an archive class, from which it has to be restored before it can be read. */
	| "archived"
	| "io";

/** Something on a storage could not be listed, examined or read. Becomes a *problem* of the run. */
export class StorageError extends EosyncError {
	declare readonly code: StorageErrorCode;
	readonly path: string;

	constructor(code: StorageErrorCode, path: string, message: string, options: ErrorOptions = {}) {
		super(code, message, { retryable: code === "unreachable" || code === "timeout", ...options });
		this.path = path;
	}
}

/** The error of a file that is no longer what it was when it was opened. @param address of the file, as people know it */
export function changedWhileRead(path: string, address: string): StorageError {
	return new StorageError("changed", path, `${address} changed while it was read; run again.`, { retryable: true });
}

export type RejectionCode =
	| "unreadable"
	| "unsupported"
	| "cut-off"
	| "no-time"
	| "no-footprint"
	| "no-crs"
	| "invalid-metadata"
	| "invalid-eo-id"
	| "duplicate-eo-id"
	| "does-not-fit"
	| "archived"
	| "path-too-long";

/** A file cannot become a dataset. Becomes a *rejected* change; the run goes on. */
export class RejectedError extends EosyncError {
	declare readonly code: RejectionCode;

	constructor(code: RejectionCode, message: string, options: ErrorOptions = {}) {
		super(code, message, options);
	}
}

/** The caller asked for something that does not exist or makes no sense: exit status 2, HTTP 4xx. */
export class UsageError extends EosyncError {
	constructor(message: string, options: ErrorOptions = {}) {
		super("usage", message, options);
	}
}

/** There is no container or storage of names that a person gave. The command line says which were probably meant (`cli/configuration/with-meant.ts`). */
export class UnknownNameError extends UsageError {
	readonly what: "container" | "storage" | "target";
	readonly names: readonly string[];

	/** @param rest what the sentence says besides, with its full stop */
	constructor(what: "container" | "storage" | "target", names: string | readonly string[], rest = ".") {
		const all = typeof names === "string" ? [names] : names;
		super(`There is no ${what} ${all.join(", ")}${rest}`);
		this.what = what;
		this.names = all;
	}
}

/** The caller may not: HTTP 401 when not signed in, 403 when the role does not do. */
export class AccessError extends EosyncError {
	declare readonly code: "signed-out" | "forbidden";

	constructor(code: AccessError["code"], message: string) {
		super(code, message);
	}
}

/** This process no longer owns the run: its lease expired or another process took it over. */
export class LeaseLostError extends EosyncError {
	constructor(run: number) {
		super("lease-lost", `Run ${run} was taken over by another worker; this one stopped without changing anything.`, {
			retryable: true,
		});
	}
}

/** An operator cancelled the run. */
export class CancelledError extends EosyncError {
	constructor(run: number) {
		super("cancelled", `Run ${run} was cancelled; nothing was changed.`);
	}
}

/** A storage of the run was paused, or its hours are over: the run is handed back and goes on later. */
export class StoragePausedError extends EosyncError {
	/** ISO 8601. */
	readonly until: string;

	constructor(run: number, until: string) {
		super("paused", `Run ${run} waits until ${until}: a storage of its container must not be used before.`, {
			retryable: true,
		});
		this.until = until;
	}
}

/** A sentence to go on from: as part of another one. */
export function withoutFullStop(sentence: string): string {
	return sentence.replace(/(?<!\.)\.+$/, "");
}

/** One sentence for people, from anything that was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

const writeRefusals = lookupTable<string>({
	EACCES: "this user may not",
	EPERM: "this user may not",
	EROFS: "its file system is read-only",
	ENOSPC: "its disk is full",
	EDQUOT: "the user's share of the disk is used up",
});

const fileRefusals = lookupTable<string>({
	...writeRefusals,
	ENOENT: "there is no such file or folder",
	ENOTDIR: "a part of its path is no folder",
	EISDIR: "it is a folder",
	EEXIST: "it exists already",
	ENAMETOOLONG: "a part of its path is too long",
	ELOOP: "its links lead in a circle",
});

/** Whether that code of the operating system says that a file cannot be written where it is. */
export function isWriteRefusal(code: unknown): boolean {
	return typeof code === "string" && code in writeRefusals;
}

/** Whether that code of the operating system is one that `reasonOf` has words for. */
export function isFileRefusal(code: unknown): code is string {
	return typeof code === "string" && code in fileRefusals;
}

/** Why the operating system refused something about a file, as a part of a sentence; of any other error its message. */
export function reasonOf(error: unknown): string {
	const { code } = (error ?? {}) as { readonly code?: unknown };
	return (isFileRefusal(code) ? fileRefusals[code] : undefined) ?? messageOf(error);
}

/** Whether it is an error with one of these codes, as Node's and PostgreSQL's have. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
	return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
