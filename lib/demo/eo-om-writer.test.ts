import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { eoOm } from "#lib/metadata/documents/eo-om.ts";
import { eoxserverNative } from "#lib/metadata/documents/eoxserver-native.ts";
import type { EoMetadata, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { type EoOmDocument, writeEoOm, writeNative } from "./eo-om-writer.ts";

const options = { timeZone: "UTC" };
const observation = {
	eoId: "S1A_IW_GRDH_20061231",
	begin: "2006-08-16T09:09:29.250Z",
	end: "2006-08-16T09:12:46Z",
	footprint: [
		[
			[
				[10, 20],
				[12, 20],
				[12, 23],
				[10, 23],
				[10, 20],
			],
			[
				[11, 21],
				[11, 22],
				[11.5, 22],
				[11, 21],
			],
		],
		[
			[
				[20, -5],
				[21, -5],
				[21, -4.5],
				[20, -5],
			],
		],
	],
	properties: {
		platform: "A & <B>",
		platformSerialIdentifier: "1",
		orbitNumber: 23_322,
		polarisationChannels: "VV, VH",
		cloudCover: 12.5,
		processingDate: "2006-08-17",
	},
} satisfies EoOmDocument;

function read(reader: XmlMetadataReader, document: string | Uint8Array): EoMetadata {
	const root = parseXml(typeof document === "string" ? new TextEncoder().encode(document) : document);
	if (!reader.recognises(root)) throw new RejectedError("invalid-metadata", "not recognised");
	return reader.read(root, options);
}

test.each(["eop", "opt", "sar", "atm", "alt", "lmb", "ssp"] as const)(
	"what is written as %s is read again",
	(profile) => {
		for (const version of ["2.0", "2.1"] as const) {
			const { footprint, ...rest } = read(eoOm, writeEoOm({ ...observation, profile, version }));
			const { footprint: polygons, ...written } = observation;
			expect(rest).toEqual(written);
			expect(footprint?.coordinates).toEqual(polygons);
		}
	},
);

test("the native format as well", () => {
	const { properties, footprint, ...rest } = observation;
	expect(read(eoxserverNative, writeNative(observation))).toEqual({
		...rest,
		properties: {},
		footprint: { type: "MultiPolygon", coordinates: footprint },
	});
	expect(properties).toBeDefined();
});

test("what is left out is null", () => {
	const empty = { eoId: null, begin: null, end: null, footprint: null };
	expect(read(eoOm, writeEoOm(empty))).toEqual({ ...empty, properties: {} });
	expect(read(eoxserverNative, writeNative(empty))).toEqual({ ...empty, properties: {} });
});

describe("10,000 mutations of a good document are read or rejected", () => {
	const good = new TextEncoder().encode(writeEoOm(observation));
	const pieces = [
		"<",
		">",
		"/",
		"&",
		"&#0;",
		"\0",
		"\xFF",
		"NaN",
		"1e999",
		"-",
		" ",
		"<!DOCTYPE x>",
		"<!--",
		"]]>",
		"9".repeat(400),
		"<gml:Polygon>",
		' srsName="EPSG:99999"',
		' srsDimension="3"',
		' srsName="EPSG:32633"',
	];
	const place = fc.nat({ max: good.length });
	/** Keeps the document well-formed, so that the readers behind the parser are reached. */
	const value = fc.record({
		kind: fc.constant("value"),
		at: place,
		value: fc.constantFrom("0", "7", ".", "-", "e", " ", "999", "x", "\t\n1 2 "),
	});
	const mutation = fc.oneof(
		{ arbitrary: value, weight: 8 },
		fc.record({ kind: fc.constant("flip"), at: place, byte: fc.nat({ max: 255 }) }),
		fc.record({ kind: fc.constant("insert"), at: place, piece: fc.constantFrom(...pieces) }),
		fc.record({ kind: fc.constant("delete"), at: place, count: fc.integer({ min: 1, max: 60 }) }),
		fc.record({ kind: fc.constant("copy"), at: place, from: place, count: fc.integer({ min: 1, max: 200 }) }),
	);

	function mutate(
		bytes: Uint8Array,
		change: typeof mutation extends fc.Arbitrary<infer Change> ? Change : never,
	): Uint8Array {
		const [before, after] = [bytes.subarray(0, change.at), bytes.subarray(change.at)];
		if ("byte" in change) return Buffer.concat([before, Uint8Array.of(change.byte), after.subarray(1)]);
		if ("piece" in change) return Buffer.concat([before, Buffer.from(change.piece, "latin1"), after]);
		if ("value" in change) {
			const digit = bytes.findIndex((byte, i) => i >= change.at && byte >= 0x30 && byte <= 0x39);
			return Buffer.concat([bytes.subarray(0, digit), Buffer.from(change.value), bytes.subarray(digit + 1)]);
		}
		if ("from" in change)
			return Buffer.concat([before, bytes.subarray(change.from, change.from + change.count), after]);
		return Buffer.concat([before, after.subarray(change.count)]);
	}

	test("seeded", () => {
		let readable = 0;
		fc.assert(
			fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
				try {
					const metadata = read(eoOm, changes.reduce(mutate, good));
					expect(Object.keys(metadata).sort()).toEqual(["begin", "end", "eoId", "footprint", "properties"]);
					readable += 1;
				} catch (error) {
					expect(error).toBeInstanceOf(RejectedError);
					expect(error).toHaveProperty("code", "invalid-metadata");
				}
			}),
			{ seed: 20_060_816, numRuns: 10_000 },
		);
		// some mutations leave it readable, most do not: both ways were tried
		expect(readable).toBeGreaterThan(500);
		expect(readable).toBeLessThan(9500);
	});
});
