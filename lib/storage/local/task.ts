import { messageOf, StorageError } from "#lib/errors.ts";
import type { Entry, Listing } from "#lib/storage/storage.ts";
import { type FileHead, readLocalHead } from "./head.ts";
import { type Examination, examineSome, type FolderIdentity, type LargeFolder } from "./large-folder.ts";
import { assertSame, listFolder, statFile } from "./list.ts";
import type { LocalPlace } from "./place.ts";

/** The operations on a disk; all of them wait for it, so they run in threads of their own. */
export type LocalTask =
	| ({ readonly kind: "list"; readonly knownDigest: string | null } & LocalPlace)
	| ({ readonly kind: "examine"; readonly names: string } & LocalPlace)
	| ({ readonly kind: "same"; readonly identity: FolderIdentity } & LocalPlace)
	| ({ readonly kind: "stat" } & LocalPlace)
	| ({ readonly kind: "head"; readonly length: number } & LocalPlace);

export type LocalResult = Listing | LargeFolder | Examination | Entry | FileHead | null;

/** @param tick called now and then while a large folder is examined */
export function runTask(task: LocalTask, tick: () => void): LocalResult {
	switch (task.kind) {
		case "list":
			return listFolder(task, task.knownDigest, tick);
		case "examine":
			return examineSome(task, task.names, tick);
		case "same":
			assertSame(task, task.identity);
			return null;
		case "stat":
			return statFile(task);
		case "head":
			return readLocalHead(task, task.length);
	}
}

/** The error of a task whose thread hangs or died. */
export function lostError({ root, path }: LocalTask, error: unknown): StorageError {
	const where = `${path === "" ? "the root" : path} of ${root}`;
	if (error instanceof StorageError)
		return new StorageError(
			error.code,
			path,
			`Listing ${where}: ${error.message}; check that the disk or network share is mounted and answers.`,
		);
	const message = `Listing ${where} failed unexpectedly: ${messageOf(error)}. Run again; if it happens again, report it as a fault of eosync.`;
	return new StorageError("io", path, message, { cause: error, retryable: true });
}

export function hangingError({ root, path }: LocalTask, hanging: number): StorageError {
	return new StorageError(
		"unreachable",
		path,
		`${root} does not answer: ${hanging} earlier calls still hang. Check that the disk or network share is mounted and answers.`,
	);
}

export function closedError({ path }: LocalTask): StorageError {
	return new StorageError("io", path, "The storage was closed while it was in use.");
}
