import { RejectedError } from "#lib/errors.ts";
import type { OdlGroup } from "#lib/metadata/metadata.ts";
import { decodeText } from "./decode-text.ts";

export const odlLimits = { bytes: 4 * 1024 * 1024, depth: 16, lines: 100_000 } as const;

interface Building {
	[name: string]: string | Building;
}

/**
 * Text of `KEY = VALUE` lines in groups, as the Object Description Language (ODL; NASA/JPL PDS Standards Reference,
 * chapter 12) has it, as far as products of Earth observation go: `GROUP = A` … `END_GROUP = A` (or `OBJECT`), `END` at the
 * last, texts in quotation marks, lists in brackets over any number of lines; Maxar's `BEGIN_GROUP` and semicolons, too. A value is its text, the quotation marks
 * taken off; of a key that comes twice in a group the first holds. Blank lines and comments may stand anywhere.
 * @throws RejectedError `invalid-metadata` with line and reason.
 */
export function parseOdl(bytes: Uint8Array): OdlGroup {
	if (bytes.length > odlLimits.bytes) throw invalid(`it has ${bytes.length} bytes, more than ${odlLimits.bytes}`);
	const lines = decodeText(bytes, "KEY = VALUE text").split(/\r\n|\r|\n/);
	if (lines.length > odlLimits.lines) throw invalid(`it has more than ${odlLimits.lines} lines`);
	const root = newGroup();
	const open: { readonly name: string; readonly group: Building }[] = [{ name: "", group: root }];
	for (let i = 0; i < lines.length; i++) {
		const line = (lines[i] ?? "").trim();
		if (line === "" || line.startsWith("#") || (line.startsWith("/*") && line.endsWith("*/"))) continue;
		if (/^END\s*;?$/.test(line)) break;
		const refuse = (reason: string) => invalid(`line ${i + 1}: ${reason}`);
		const parts = /^([A-Za-z_][\w.:^-]{0,127})\s*=\s*(.*)$/.exec(line);
		if (parts === null) throw refuse(`"${line.slice(0, 60)}" is not KEY = VALUE`);
		const [, key = "", rest = ""] = parts;
		const start = withoutEnd(rest);
		const top = open.at(-1) as (typeof open)[number];
		if (/^(BEGIN_)?(GROUP|OBJECT)$/.test(key)) {
			if (open.length > odlLimits.depth) throw refuse(`more than ${odlLimits.depth} groups inside each other`);
			const group = newGroup();
			if (!(start in top.group)) top.group[start] = group;
			open.push({ name: start, group });
		} else if (/^END_(GROUP|OBJECT)$/.test(key)) {
			if (open.length === 1 || top.name !== start) throw refuse(`the group ${start.slice(0, 60)} ends but is not open`);
			open.pop();
		} else {
			let value = start;
			while (isOpen(value)) {
				i += 1;
				const more = lines[i];
				if (more === undefined || value.length > maxValueLength) throw refuse(`the value of ${key} does not end`);
				value = withoutEnd(`${value} ${more.trim()}`);
			}
			if (!(key in top.group)) top.group[key] = unquoted(value);
		}
	}
	if (open.length > 1) throw invalid(`the group ${open.at(-1)?.name.slice(0, 60)} does not end: is the file cut off?`);
	return root;
}

const maxValueLength = 64 * 1024;

/** A text or a list that goes on in the next line. */
function isOpen(value: string): boolean {
	if (value.startsWith('"')) return value.length < 2 || !value.endsWith('"');
	return value.startsWith("(") && !value.endsWith(")");
}

function withoutEnd(value: string): string {
	return /[^"]"\s*;$|^""\s*;$|^[^"].*;$/s.test(value) ? value.slice(0, -1).trimEnd() : value;
}

function unquoted(value: string): string {
	return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** Names come from files: none of them may reach what objects inherit. */
function newGroup(): Building {
	return Object.create(null) as Building;
}

function invalid(reason: string): RejectedError {
	return new RejectedError("invalid-metadata", `not acceptable as KEY = VALUE text: ${reason}`);
}
