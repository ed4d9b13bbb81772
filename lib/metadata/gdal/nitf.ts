import type { EoMetadata } from "#lib/metadata/metadata.ts";
import { monthNumber, parseInstant } from "#lib/metadata/text/time.ts";
import type { GdalInfo } from "./gdal-info.ts";

const ascii = new TextDecoder("latin1");

/** FL, the length of the file (MIL-STD-2500C, table A-1; 2500A for 2.0, whose header is longer by a downgrade). */
export function sizeOfNitf(head: Uint8Array): number | null {
	const text = ascii.decode(head.subarray(0, 1024));
	const isOld = text.startsWith("NITF02.00") || text.startsWith("NITF01");
	if (text.startsWith("NITF01")) return null;
	const hasEvent = isOld && text.slice(280, 286) === "999998";
	const at = isOld ? (hasEvent ? 382 : 342) : 342;
	const length = text.slice(at, at + 12);
	// What was written as a stream says so by nines.
	return /^\d{12}$/.test(length) && length !== "999999999999" ? Number(length) : null;
}

/** IDATIM, when the image was acquired; never FDT, when the file was written. */
export function metadataOfNitf({ metadata }: Pick<GdalInfo, "metadata">): EoMetadata {
	const time = metadata.NITF_IDATIM === unknownTime ? null : timeOf(metadata.NITF_IDATIM ?? "");
	const source = /^unknown$/i.test(metadata.NITF_ISORCE ?? "") ? undefined : metadata.NITF_ISORCE;
	const texts = Object.entries({ platform: source, description: metadata.NITF_IID2 });
	return {
		eoId: null,
		begin: time,
		end: time,
		footprint: null,
		properties: Object.fromEntries(
			texts.flatMap(([name, text]) =>
				text === undefined || text === "" ? [] : [[name, text.slice(0, 1000)] as const],
			),
		),
	};
}

/** What GDAL writes when it was given no time: that of an example in its sources. */
const unknownTime = "20021216151629";

/** `CCYYMMDDhhmmss`, unknown parts as hyphens; `DDHHMMSSZMONYY` in 2.0. A day alone is no time. */
function timeOf(text: string): string | null {
	if (/^\d{14}$/.test(text)) return parseInstant(text, "UTC");
	const old = /^(\d\d)(\d\d)(\d\d)(\d\d)Z([A-Z]{3})(\d\d)$/i.exec(text);
	if (old === null) return null;
	const [, day, hour, minute, second, month = "", year = ""] = old;
	const century = Number(year) < 60 ? "20" : "19";
	return parseInstant(`${century}${year}-${monthNumber(month) ?? "00"}-${day}T${hour}:${minute}:${second}Z`, "UTC");
}
