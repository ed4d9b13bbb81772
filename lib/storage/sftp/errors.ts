import { StorageError, type StorageErrorCode } from "#lib/errors.ts";

/**
 * Statuses of the protocol (draft-ietf-secsh-filexfer-02, 7; those from 9 on are of its version 6, draft-13, 9.1). Only 2 and 10
 * say that something is not there. What is not named here is a failure that says no more.
 */
const codes: Readonly<Record<number, StorageErrorCode>> = {
	2: "not-found",
	3: "forbidden",
	// OpenSSH's word for names that are too long, and for calls that make no sense.
	5: "invalid-path",
	6: "unreachable",
	7: "unreachable",
	10: "not-found",
	12: "forbidden",
	13: "unreachable",
	16: "forbidden",
	17: "unreachable",
	20: "invalid-path",
	25: "unreachable",
	26: "unreachable",
	27: "unreachable",
};

/** The meaning of a status. */
export function sftpMeaning(status: number): StorageErrorCode {
	return codes[status] ?? "io";
}

const advice: Readonly<Record<StorageErrorCode, string>> = {
	"not-found": "check the path",
	forbidden: "ask its administrator for read permission",
	unreachable: "try again",
	timeout: "try again",
	changed: "run again",
	"invalid-path": "shorten the name",
	archived: "restore it, or exclude it",
	io: "check the server",
};

/** Turns the server's answer about `path` into an error that says what to do. */
export function sftpError(error: unknown, path: string, full: string): unknown {
	if (error instanceof StorageError) {
		if (error.path !== "" || path === "") return error;
		const { code, message, retryable } = error;
		return new StorageError(code, path, message, { cause: error, retryable });
	}
	const status = sftpStatus(error);
	if (status === undefined) return error;
	const code = sftpMeaning(status);
	const said = error instanceof Error ? error.message.slice(0, 200) : "";
	return new StorageError(code, path, `Cannot read ${full} on the server (${said}): ${advice[code]}.`, {
		cause: error,
	});
}

/** Bytes of the longest name that a disk has. */
const maxNameBytes = 255;

/** There is no such file: the server says so, or its name is too long to be one. */
export function isMissing(error: unknown, path: string): boolean {
	const status = sftpStatus(error);
	if (status === undefined) return error instanceof StorageError && error.code === "not-found";
	const code = sftpMeaning(status);
	const isTooLong = path.split("/").some((name) => Buffer.byteLength(name) > maxNameBytes);
	return code === "not-found" || (code === "invalid-path" && isTooLong);
}

/** Nothing is left to read. */
export function isEnd(error: unknown): boolean {
	return sftpStatus(error) === 1;
}

/** The status that says no more than that. */
export function isFailure(error: unknown): boolean {
	return sftpStatus(error) === 4;
}

/** The status that the server answered with; undefined for every other error. */
export function sftpStatus(error: unknown): number | undefined {
	const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
	return typeof code === "number" ? code : undefined;
}
