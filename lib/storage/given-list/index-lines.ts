import type { Row } from "./rows.ts";

/**
 * How an index keeps its rows: a line each, whose parts are separated by NUL, so that sorted lines are sorted by folder and name.
 * Names may have newlines; those are written as `\x01n`, and `\x01` itself as `\x01e`.
 */
export function lineOf(row: Row): string {
	const place = `${escaped(row.folder)}\0${escaped(row.name)}\0`;
	switch (row.kind) {
		case "folder":
			return `${place}d`;
		case "unclear":
			return `${place}u\0${row.isFolder ? "folder" : "unknown"}${row.isExact ? "\0exact" : ""}`;
		case "file":
			return `${place}f\0${row.size}\0${row.mtime ?? ""}\0${row.etag === null ? "" : escaped(row.etag)}`;
	}
}

export function rowOf(line: string): Row {
	const [folder = "", name = "", kind, size, mtime = "", etag = ""] = line.split("\0");
	const place = { folder: unescaped(folder), name: unescaped(name) };
	if (kind === "d") return { kind: "folder", ...place };
	if (kind === "u") {
		const exact = mtime === "exact" ? ({ isExact: true } as const) : {};
		return { kind: "unclear", ...place, isFolder: size === "folder", ...exact };
	}
	return {
		kind: "file",
		...place,
		size: Number(size),
		mtime: mtime === "" ? null : Number(mtime),
		etag: etag === "" ? null : unescaped(etag),
	};
}

/** The folder of a line, as it is written there. */
export function folderOfLine(line: string): string {
	return line.slice(0, line.indexOf("\0"));
}

export function escaped(text: string): string {
	return text.includes("\n") || text.includes("\x01")
		? text.replaceAll("\x01", "\x01e").replaceAll("\n", "\x01n")
		: text;
}

function unescaped(text: string): string {
	return text.includes("\x01") ? text.replaceAll("\x01n", "\n").replaceAll("\x01e", "\x01") : text;
}
