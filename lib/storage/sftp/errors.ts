import { StorageError, type StorageErrorCode } from "#lib/errors.ts";

/** Statuses of the protocol (draft-ietf-secsh-filexfer-02, 7). */
const codes: Readonly<Record<number, StorageErrorCode>> = {
	2: "not-found",
	3: "forbidden",
	// OpenSSH's word for names that are too long.
	5: "invalid-path",
	6: "unreachable",
	7: "unreachable",
};

const advice: Readonly<Record<StorageErrorCode, string>> = {
	"not-found": "check the path",
	forbidden: "ask for the right to read it",
	unreachable: "try again",
	timeout: "try again",
	changed: "run again",
	"invalid-path": "shorten the name",
	archived: "restore it, or exclude it",
	io: "check the server",
};

/** What the server said about `path`, as an error that says what to do. */
export function sftpError(error: unknown, path: string, full: string): unknown {
	if (error instanceof StorageError) {
		if (error.path !== "" || path === "") return error;
		const { code, message, retryable } = error;
		return new StorageError(code, path, message, { cause: error, retryable });
	}
	const status = statusOf(error);
	if (status === undefined) return error;
	const code = codes[status] ?? "io";
	const said = error instanceof Error ? error.message.slice(0, 200) : "";
	return new StorageError(code, path, `Cannot read ${full} on the server (${said}): ${advice[code]}.`, {
		cause: error,
	});
}

/** No such file: of this status, or because a name is too long to be one. */
export function isMissing(error: unknown): boolean {
	const status = statusOf(error);
	return status === 2 || status === 5 || (error instanceof StorageError && error.code === "not-found");
}

/** Nothing is left to read. */
export function isEnd(error: unknown): boolean {
	return statusOf(error) === 1;
}

/** The status that says no more than that. */
export function isFailure(error: unknown): boolean {
	return statusOf(error) === 4;
}

/** The status that the server answered with; undefined for every other error. */
export function statusOf(error: unknown): number | undefined {
	const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
	return typeof code === "number" ? code : undefined;
}
