import type { Attributes, FileEntryWithStats, SFTPWrapper } from "ssh2";
import { StorageError } from "#lib/errors.ts";
import { isEnd } from "./errors.ts";
import type { SftpSession } from "./session.ts";

/** `other`: a socket, a FIFO or a device; `unknown`: the server does not say. */
export type EntryKind = "file" | "folder" | "link" | "other" | "unknown";

/** An entry of a folder as the server shows it. */
export interface Found {
	/** As ssh2 decodes it: U+FFFD where it is not UTF-8. */
	readonly name: string;
	readonly kind: EntryKind;
	/** Each of them may be missing (draft-ietf-secsh-filexfer-02, 5). */
	readonly attrs: Partial<Attributes>;
}

const entriesAtMost = 5_000_000;

/**
 * All entries of an open folder whose names do not begin with a dot, and whether it showed itself, `.`.
 * @throws what `SftpSession.request` throws, when nothing is under way any more
 */
export async function readFolder(
	session: SftpSession,
	{ handle, path, full }: { readonly handle: Buffer; readonly path: string; readonly full: string },
	signal: AbortSignal,
): Promise<{ readonly found: readonly Found[]; readonly showsSelf: boolean }> {
	const found: Found[] = [];
	let showsSelf = false;
	let ended = false;
	const take = (portion: readonly FileEntryWithStats[]) => {
		for (const { filename: name, longname, attrs } of portion) {
			if (!name.startsWith(".")) found.push({ name, kind: kindOf(attrs, longname), attrs });
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
	// Nothing is left to come only when every request was answered.
	await Promise.all(Array.from({ length: portionsAtOnce(session) }, lane));
	return { found, showsSelf };
}

/**
 * OpenSSH takes requests in turn, which is all that this needs, and gives out 100 entries at a time: most folders are
 * read in one round trip. One that answered two requests for one handle side by side might leave entries out, and what other
 * servers do is not known.
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

/** By the type bits of the mode, which servers may leave out: then by the first letter of the line that `ls -l` would print. */
export function kindOf(attrs: Partial<Attributes>, longname = ""): EntryKind {
	const type = (attrs.mode ?? 0) & 0o170000;
	if (type !== 0) return kindByType.get(type) ?? "other";
	return kindByLetter.get(/^[A-Za-z-][-rwxsStTlL]{9}/.exec(longname)?.[0]?.[0] ?? "") ?? "unknown";
}

const kindByType: ReadonlyMap<number, EntryKind> = new Map([
	[0o100000, "file"],
	[0o040000, "folder"],
	[0o120000, "link"],
]);
const kindByLetter: ReadonlyMap<string, EntryKind> = new Map([
	["-", "file"],
	["d", "folder"],
	["l", "link"],
	["b", "other"],
	["c", "other"],
	["p", "other"],
	["s", "other"],
]);
