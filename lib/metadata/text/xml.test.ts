import { expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { parseXml, xmlLimits } from "./xml.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16le = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const utf16be = (text: string) => new Uint8Array(Buffer.from(text, "utf16le").swap16());

test("elements, namespaces, attributes and text", () => {
	const document = `<?xml version="1.0"?><!-- c --><a xmlns="urn:d" xmlns:p="urn:p"> x<p:b k="1" p:k="2" p:m="3"/>&amp;<![CDATA[<y>]]> </a>`;
	const root = parseXml(utf8(document));
	expect(root).toMatchObject({ namespace: "urn:d", name: "a", text: " x&<y> " });
	expect(root.attributes).toEqual({});
	const [child] = root.children;
	expect(child).toMatchObject({ namespace: "urn:p", name: "b", children: [], text: "" });
	expect({ ...child?.attributes }).toEqual({ k: "1", "{urn:p}k": "2", m: "3", "{urn:p}m": "3" });
});

test("an attribute named like a member of Object is an attribute", () => {
	const { attributes } = parseXml(utf8(`<a __proto__="x" constructor="y"/>`));
	expect(Object.entries(attributes)).toEqual([
		["__proto__", "x"],
		["constructor", "y"],
	]);
	expect(parseXml(utf8("<a/>")).attributes.constructor).toBeUndefined();
});

test.each([
	["UTF-8", utf8("<a>Grüße 🛰</a>")],
	["UTF-8 with a byte order mark", utf8("\uFEFF<?xml version='1.0' encoding='UTF-8'?><a>Grüße 🛰</a>")],
	["UTF-16LE with a byte order mark", utf16le("\uFEFF<?xml version='1.0' encoding='UTF-16'?><a>Grüße 🛰</a>")],
	["UTF-16BE with a byte order mark", utf16be("\uFEFF<a>Grüße 🛰</a>")],
	["UTF-16LE without", utf16le("<?xml version='1.0' encoding='UTF-16LE'?><a>Grüße 🛰</a>")],
	["UTF-16BE without", utf16be("<?xml version='1.0' encoding='UTF-16BE'?><a>Grüße 🛰</a>")],
	["Latin-1", new Uint8Array(Buffer.from("<?xml version='1.0' encoding='ISO-8859-1'?><a>Grüße</a>", "latin1"))],
])("%s", (_, bytes) => {
	expect(parseXml(bytes).text).toMatch(/^Grüße/);
});

test.each([
	["", /root element/],
	["   ", /root element/],
	["\u0000\u0001", /line 1/],
	["<a>", /line 1: unclosed tag: a/],
	["<a>\n<b></a>", /line 2: unexpected close tag/],
	["<a/><b/>", /line 1/],
	["<a/>text", /line 1/],
	["<a>&unknown;</a>", /line 1: undefined entity/],
	["<p:a/>", /unbound namespace prefix: "p"/],
	["<a k='1' k='2'/>", /duplicate attribute/],
	["<!DOCTYPE a [<!ENTITY x 'lol'>]>\n<a>&x;</a>", /DOCTYPE/],
	["<?xml version='1.0' encoding='EBCDIC-37'?><a/>", /encoding ebcdic-37/],
	["<a>&#0;</a>", /line 1/],
])("%j is refused", (text, reason) => {
	expect(() => parseXml(utf8(text))).toThrow(RejectedError);
	expect(() => parseXml(utf8(text))).toThrow(reason);
	expect(() => parseXml(utf8(text))).toThrow(expect.objectContaining({ code: "invalid-metadata" }));
});

test("bytes that are not the encoding", () => {
	expect(() => parseXml(new Uint8Array([0x3c, 0x61, 0x3e, 0xff, 0xfe]))).toThrow(/not utf-8/);
});

test("depth, nodes and bytes are bounded", () => {
	const nested = (depth: number) => utf8("<a>".repeat(depth) + "</a>".repeat(depth));
	expect(parseXml(nested(xmlLimits.depth)).name).toBe("a");
	expect(() => parseXml(nested(xmlLimits.depth + 1))).toThrow(/more than 200 elements inside each other/);
	const wide = utf8(`<a>${"<b c=''/>".repeat(5)}</a>`);
	expect(parseXml(wide, { ...xmlLimits, nodes: 11 }).children).toHaveLength(5);
	expect(() => parseXml(wide, { ...xmlLimits, nodes: 10 })).toThrow(/more than 10 elements and attributes/);
	expect(() => parseXml(new Uint8Array(xmlLimits.bytes + 1))).toThrow(/more than 16777216/);
});

test("a document type that only names an external subset is passed over", () => {
	const text =
		'<!DOCTYPE GranuleMetaDataFile SYSTEM "http://ecsinfo.gsfc.nasa.gov/ECSInfo/ecsmetadata/dtds/DPL/ECS/ScienceGranuleMetadata.dtd"><a>1</a>';
	expect(parseXml(new TextEncoder().encode(text)).text).toBe("1");
});

test.each([
	'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
	'<!DOCTYPE a SYSTEM "a.dtd" [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
	'<!DOCTYPE a SYSTEM "a.dtd"><a>&b;</a>',
])("entities are refused: %s", (text) => {
	expect(() => parseXml(new TextEncoder().encode(text))).toThrow(/XML/);
});

test("many namespaces and attributes in one element take no longer than they are long", () => {
	const declarations = Array.from({ length: 90_000 }, (_, i) => `xmlns:p${i}="urn:${i}" p${i}:a=""`).join(" ");
	const { attributes } = parseXml(utf8(`<a ${declarations}/>`));
	expect(attributes["{urn:89999}a"]).toBe("");
});
