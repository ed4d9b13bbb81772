import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { specialEntry, unknownEntry } from "#lib/storage/listing/unclear.ts";
import type { Entry, Unclear } from "#lib/storage/storage.ts";
import type { Listed } from "./lines.ts";
import type { FtpSession } from "./session.ts";

/**
 * Parses a line of MLSD or MLST (RFC 3659, 7.2): `modify=20261122200926;size=5;type=file;unique=FE00U268990; a.tif`. An entry
 * with missing facts is unclear.
 * @throws Error for any other line: without a name it could be anything
 */
export function parseMlsdLine(line: string): Listed | Unclear {
	const space = line.indexOf(" ");
	if (space < 0) throw new Error("There is no name.");
	const facts = factsOf(line, space);
	const type = facts.type?.toLowerCase();
	if (type === undefined) {
		if (!line.slice(0, space).includes("=")) throw new Error("There are no facts.");
		return unknownEntry(line.slice(space + 1), "has no type in the server's listing");
	}
	const name = type === "cdir" ? "." : type === "pdir" ? ".." : line.slice(space + 1);
	const kind = kindOf(type);
	if (kind === "unclear") return unclearType(name, type);
	if (kind !== "file") return { name, kind, size: 0, mtime: null, inode: null, shown: null };
	const size = facts.size === undefined || facts.size === "" ? null : Number(facts.size);
	if (size !== null && (!Number.isSafeInteger(size) || size < 0))
		return unknownEntry(name, `has an invalid size in the server's listing (${facts.size?.slice(0, 40)})`);
	return { name, kind, size, mtime: parseTime(facts.modify ?? ""), inode: identityOf(facts.unique), shown: null };
}

interface Facts {
	type?: string;
	size?: string;
	modify?: string;
	unique?: string;
}

/** Parses only the facts that are needed: a listing may have hundreds of thousands of lines. */
function factsOf(line: string, space: number): Facts {
	const facts: Facts = {};
	for (let at = 0; at < space; ) {
		const semicolon = line.indexOf(";", at);
		const end = semicolon < 0 || semicolon > space ? space : semicolon;
		const equals = line.indexOf("=", at);
		const name = line.slice(at, equals < 0 || equals > end ? end : equals).toLowerCase();
		if (name === "type" || name === "size" || name === "modify" || name === "unique")
			facts[name] = line.slice(at + name.length + 1, end);
		at = end + 1;
	}
	return facts;
}

function kindOf(type: string): Listed["kind"] | "unclear" {
	if (type === "file") return "file";
	if (type === "dir" || type === "cdir" || type === "pdir") return "folder";
	return /^os\.unix=(slink|symlink)/.test(type) ? "link" : "unclear";
}

/** Types of a server's own (`OS.name=type`, RFC 3659, 7.5.1.5). */
function unclearType(name: string, type: string): Unclear {
	const special = /^os\.unix=(chr|blk|char|block|dev|fifo|pipe|sock)/.exec(type);
	if (special === null) return unknownEntry(name, `has a type that eosync does not know (${type.slice(0, 60)})`);
	return specialEntry(
		name,
		/^(fifo|pipe)/.test(special[1] ?? "") ? "a FIFO" : special[1] === "sock" ? "a socket" : "a device",
	);
}

/**
 * `YYYYMMDDHHMMSS[.sss]`, which is UTC (RFC 3659, 2.3), as microseconds since 1970; null for what is none. Servers with
 * the bug of the year 2000 write `19126…` for 2026.
 */
export function parseTime(text: string): number | null {
	const fixed = text.startsWith("191")
		? text.replace(/^19(1\d\d)(?=\d{10})/, (_, y) => String(1900 + Number(y)))
		: text;
	if (!/^\d{14}(?:\.\d{1,6})?\s*$/.test(fixed)) return null;
	const [date, time] = [Number(fixed.slice(0, 8)), Number(fixed.slice(8, 14))];
	const year = Math.floor(date / 10_000);
	const month = Math.floor(date / 100) % 100;
	const day = date % 100;
	const hour = Math.floor(time / 10_000);
	const minute = Math.floor(time / 100) % 100;
	const second = time % 100;
	const sound = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61;
	if (!sound || year < 1900) return null;
	const fraction = fixed.length > 15 ? Number(fixed.slice(15).trim().padEnd(6, "0")) : 0;
	return Date.UTC(year, month - 1, day, hour, minute, second) * 1000 + fraction;
}

/** Drops the device from a device and inode (`FE00U268990`), because the device's number changes with every mount; other values stay as they are. */
function identityOf(unique: string | undefined): string | null {
	if (unique === undefined || unique === "") return null;
	return /^[0-9a-f]+U([0-9a-f]+)$/i.exec(unique)?.[1]?.toLowerCase() ?? unique.slice(0, 200);
}

/** Reads the file from MLST; null: not a file. For a link, ProFTPD reports the size and time of the link itself. */
export async function askMlst(session: FtpSession, fullPath: string): Promise<Entry | null> {
	const answer = await session.try(`MLST ${fullPath}`);
	const line = answer?.split("\n").find((text) => /^ ?[^ ]*type=/i.test(text));
	if (line === undefined) return null;
	const listed = parseMlsdLine(line.replace(/^ /, ""));
	if ("message" in listed && listed.kind === "unknown") throw new StorageError(listed.code, "", listed.message);
	if (listed.kind !== "file") return null;
	const size = listed.size ?? (await askSize(session, fullPath));
	if (size === null) throw new StorageError("io", "", `The server does not report the size of ${fullPath}.`);
	return { ...listedEntry(listed, size), name: baseName(fullPath) };
}

/** Bytes of the file or of a link's target; null: not a file. */
export async function askSize(session: FtpSession, fullPath: string): Promise<number | null> {
	const size = /^213 (\d+)/.exec((await session.try(`SIZE ${fullPath}`)) ?? "")?.[1];
	return size === undefined ? null : Number(size);
}

/** @param size asked for where the listing lacks it */
export function listedEntry({ name, mtime, inode }: Pick<Listed, "name" | "mtime" | "inode">, size: number): Entry {
	return { name, size, mtime, etag: null, inode };
}
