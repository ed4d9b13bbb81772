import type { Listed } from "./ftp-lines.ts";

/**
 * A line of MLSD or MLST (RFC 3659, 7.2): `modify=20261122200926;size=5;type=file;unique=FE00U268990; a.tif`.
 * @throws Error for what is none.
 */
export function parseMlsdLine(line: string): Listed {
	const space = line.indexOf(" ");
	if (space < 0) throw new Error("There is no name.");
	const facts = new Map<string, string>();
	for (const fact of line.slice(0, space).split(";")) {
		const equals = fact.indexOf("=");
		if (equals > 0) facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
	}
	const type = facts.get("type")?.toLowerCase();
	if (type === undefined) throw new Error("There is no type.");
	const name = type === "cdir" ? "." : type === "pdir" ? ".." : line.slice(space + 1);
	const kind = kindOf(type);
	const listed = { name, kind, mtime: null, inode: null, shown: null, size: 0 };
	if (kind !== "file") return listed;
	const size = Number(facts.get("size"));
	if (!Number.isSafeInteger(size) || size < 0) throw new Error("There is no size.");
	return { ...listed, size, mtime: parseTime(facts.get("modify") ?? ""), inode: identityOf(facts.get("unique")) };
}

function kindOf(type: string): Listed["kind"] {
	if (type === "file") return "file";
	if (type === "dir" || type === "cdir" || type === "pdir") return "folder";
	return /^os\.unix=(slink|symlink)/.test(type) ? "link" : "other";
}

/**
 * `YYYYMMDDHHMMSS[.sss]`, which is UTC (RFC 3659, 2.3), as microseconds since 1970; null for what is none. Servers with
 * the bug of the year 2000 write `19126…` for 2026.
 */
export function parseTime(text: string): number | null {
	const fixed = text.replace(/^19(1\d\d)(?=\d{10})/, (_, years) => String(1900 + Number(years)));
	const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,6}))?\s*$/.exec(fixed);
	if (!parts) return null;
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
	const time = Date.UTC(year, month - 1, day, hour, minute, second);
	const sound = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61;
	return sound && year >= 1900 ? time * 1000 + Number((parts[7] ?? "").padEnd(6, "0")) : null;
}

/** Device and inode, `FE00U268990`, without the device, which is another one after every mount; else as it is. */
function identityOf(unique: string | undefined): string | null {
	if (unique === undefined || unique === "") return null;
	return /^[0-9a-f]+U([0-9a-f]+)$/i.exec(unique)?.[1]?.toLowerCase() ?? unique.slice(0, 200);
}
