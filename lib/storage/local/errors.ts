import { StorageError, type StorageErrorCode } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";

const codes = lookupTable<StorageErrorCode>({
	ENOENT: "not-found",
	ENOTDIR: "not-found",
	// A link that leads to itself.
	ELOOP: "not-found",
	EACCES: "forbidden",
	EPERM: "forbidden",
	ETIMEDOUT: "timeout",
	ENAMETOOLONG: "invalid-path",
	EHOSTDOWN: "unreachable",
	EHOSTUNREACH: "unreachable",
	ENETUNREACH: "unreachable",
	ENODEV: "unreachable",
	ENOTCONN: "unreachable",
	ENXIO: "unreachable",
	ESTALE: "unreachable",
});

const advice: Readonly<Record<StorageErrorCode, string>> = {
	"not-found": "check that the path is right and the disk is mounted",
	forbidden: "give the user that runs eosync the right to read it (folders need read and execute permission)",
	unreachable: "check that the disk or network share is mounted and answers",
	timeout: "check that the disk or network share is mounted and answers",
	"invalid-path": "shorten the name",
	changed: "run again",
	archived: "restore it, or exclude it",
	io: "check the disk",
};

/** Turns the operating system's error about `path` (`fullPath` on disk) into one that says what to do. */
export function storageErrorOf(error: unknown, path: string, fullPath: string): StorageError {
	if (error instanceof StorageError) return error;
	const errno = errnoOf(error);
	const code = codes[errno] ?? "io";
	const at = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : fullPath;
	const message = `Cannot read ${at} (${errno}): ${advice[code]}.`;
	return new StorageError(code, path, message, { cause: error });
}

/** The system's code, such as `ENOENT`; for other errors their text. */
export function errnoOf(error: unknown): string {
	if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
	return String(error);
}
