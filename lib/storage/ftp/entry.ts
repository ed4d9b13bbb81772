import { baseName } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import type { Listed } from "./lines.ts";
import { parseMlsdLine } from "./mlsd.ts";
import type { FtpSession } from "./session.ts";

/** The file as MLST tells it; null for what is none. Of a link, ProFTPD tells its own size and time. */
export async function askMlst(session: FtpSession, fullPath: string): Promise<Entry | null> {
	const answer = await session.try(`MLST ${fullPath}`);
	const line = answer?.split("\n").find((text) => /^ ?[^ ]*type=/i.test(text));
	if (line === undefined) return null;
	const listed = parseMlsdLine(line.replace(/^ /, ""));
	return listed.kind === "file" ? entryOf({ ...listed, name: baseName(fullPath) }) : null;
}

/** Bytes of the file, or of the one that a link leads to; null for what is none. */
export async function askSize(session: FtpSession, fullPath: string): Promise<number | null> {
	const size = /^213 (\d+)/.exec((await session.try(`SIZE ${fullPath}`)) ?? "")?.[1];
	return size === undefined ? null : Number(size);
}

export function entryOf({ name, size, mtime, inode }: Pick<Listed, "name" | "size" | "mtime" | "inode">): Entry {
	return { name, size, mtime, etag: null, inode };
}
