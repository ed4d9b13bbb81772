import type { Attributes, FileEntryWithStats, SFTPWrapper } from "ssh2";
import { StorageError } from "#lib/errors.ts";
import { isEnd } from "./errors.ts";
import type { SftpSession } from "./session.ts";

/** An entry of a folder as the server shows it. */
export interface Found {
	/** As ssh2 decodes it: U+FFFD where it is not UTF-8. */
	readonly name: string;
	readonly kind: "file" | "folder" | "link" | "other";
	readonly attrs: Attributes;
}

const entriesAtMost = 5_000_000;

/**
 * All entries of an open folder whose names do not begin with a dot, and whether it showed itself, `.`.
 * @throws what `SftpSession.request` throws, with nothing under way that anybody waits for
 */
export async function readFolder(
	session: SftpSession,
	{ handle, path, full }: { readonly handle: Buffer; readonly path: string; readonly full: string },
	signal: AbortSignal,
): Promise<{ readonly found: readonly Found[]; readonly showsSelf: boolean }> {
	const found: Found[] = [];
	let [showsSelf, ended] = [false, false];
	const take = (portion: readonly FileEntryWithStats[]) => {
		for (const { filename: name, attrs } of portion) {
			if (!name.startsWith(".")) found.push({ name, kind: kindOf(attrs), attrs });
			else if (name === ".") showsSelf = true;
		}
		if (found.length > entriesAtMost)
			throw new StorageError("io", path, `The listing of ${full} does not end; split the folder.`);
	};
	const lane = async () => {
		try {
			while (!ended)
				take(await session.request<FileEntryWithStats[]>((sftp, answer) => readFull(sftp, handle, answer), { signal }));
		} catch (error) {
			ended = true;
			if (!isEnd(error)) throw error;
		}
	};
	// Only once everybody has got an answer is nothing left to come.
	await Promise.all(Array.from({ length: portionsAtOnce(session) }, lane));
	return { found, showsSelf };
}

/**
 * OpenSSH takes requests in turn, which is all that this needs, and gives out 100 entries at a time: most folders are
 * read in one round trip. One that answered two requests for one handle side by side might leave entries out, which of
 * other servers nobody knows.
 */
function portionsAtOnce({ server }: SftpSession): number {
	return server?.startsWith("OpenSSH_") ? 3 : 1;
}

/** With `.` and `..`; the types of ssh2 do not know of the option. */
function readFull(
	sftp: SFTPWrapper,
	handle: Buffer,
	answer: (error: Error | undefined, list: FileEntryWithStats[]) => void,
) {
	const read = sftp.readdir as unknown as (where: Buffer, options: { full: true }, callback: typeof answer) => void;
	read.call(sftp, handle, { full: true }, answer);
}

export function kindOf({ mode }: Attributes): Found["kind"] {
	const type = mode & 0o170000;
	return type === 0o100000 ? "file" : type === 0o040000 ? "folder" : type === 0o120000 ? "link" : "other";
}
