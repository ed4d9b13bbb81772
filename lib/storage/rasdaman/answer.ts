/**
 * The values in an answer of the rasql servlet: none is an empty body, one is the body itself, more are the parts of a
 * `multipart/x-mixed-replace;boundary=…`, closed by `--boundary--`. NULs, which end rasdaman's strings, are taken out.
 * @throws Error with the reason when the answer is none of these or incomplete.
 */
export function rasqlValues(contentType: string, body: Uint8Array): readonly string[] {
	if (body.length === 0) return [];
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(body);
	} catch (cause) {
		throw new Error("it is not UTF-8 text", { cause });
	}
	const type = contentType.toLowerCase();
	if (!type.startsWith("multipart/")) {
		if (/html|xml/.test(type)) throw new Error(`it is a page (${contentType.slice(0, 60)}), not a result`);
		return [withoutNuls(text)];
	}
	const boundary = /;\s*boundary="?([\w'()+,./:=?-]{1,70})"?\s*(;|$)/i.exec(contentType)?.[1];
	if (boundary === undefined) throw new Error(`it has several parts, but no boundary (${contentType.slice(0, 60)})`);
	return partsOf(text, boundary);
}

function partsOf(text: string, boundary: string): readonly string[] {
	const [before = "", ...parts] = `\r\n${text.replace(/^\r\n/, "")}`.split(`\r\n--${boundary}`);
	const end = parts.pop();
	if (before !== "" || end === undefined || end.replace(/\r\n$/, "") !== "--")
		throw new Error(`its last part is not closed by --${boundary}--: it is cut off, or the boundary is wrong`);
	return parts.map((part) => {
		const head = part.indexOf("\r\n\r\n");
		if (head < 0 || !/^\r\ncontent-type:/i.test(part)) throw new Error("a part of it has no Content-type");
		return withoutNuls(part.slice(head + 4));
	});
}

function withoutNuls(value: string): string {
	return value.replaceAll("\0", "");
}
