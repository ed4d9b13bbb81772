import { type BoundedBytes, notSound } from "#lib/metadata/bounded-bytes.ts";
import type { XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { type Jp2Box, readBoxes } from "./boxes.ts";

const maxGmlBytes = 4 * 1024 * 1024;

/**
 * The document of a JPEG 2000's GML (GMLJP2): the XML beside the label `gml.root-instance` within the association
 * labelled `gml.data`, or straight in that one, as some writers put it; null if there is none.
 */
export async function readGml(bytes: BoundedBytes, boxes: readonly Jp2Box[]): Promise<XmlElement | null> {
	for (const outer of boxes.filter(({ type }) => type === "asoc")) {
		const inside = await associated(bytes, outer);
		if (inside.label !== "gml.data") continue;
		for (const { type, start, length } of inside.boxes) {
			const within =
				type === "asoc" ? await associated(bytes, { type, start, length }) : { label: "", boxes: inside.boxes };
			const xml = within.boxes.find((box) => box.type === "xml ");
			if (xml === undefined || (type === "asoc" && within.label !== "gml.root-instance")) continue;
			if (xml.length > maxGmlBytes) throw notSound("JPEG 2000", `its GML has ${xml.length} bytes`);
			const view = await bytes.view(xml.start, xml.length, "the GML");
			return parseXml(withoutPadding(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)));
		}
	}
	return null;
}

async function associated(bytes: BoundedBytes, { start, length }: Jp2Box) {
	const boxes = await readBoxes(bytes, start, start + length);
	const label = boxes.find(({ type }) => type === "lbl ");
	if (label === undefined || label.length > 1000) return { label: "", boxes };
	const view = await bytes.view(label.start, label.length, "a label");
	return {
		label: new TextDecoder().decode(withoutPadding(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))),
		boxes,
	};
}

/** Some writers end texts with a NUL. */
function withoutPadding(text: Uint8Array): Uint8Array {
	let end = text.length;
	while (end > 0 && text[end - 1] === 0) end -= 1;
	return text.subarray(0, end);
}
