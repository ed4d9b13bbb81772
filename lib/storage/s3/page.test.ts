import { describe, expect, test } from "vitest";
import { readPage } from "./page.ts";

const contents =
	"<Contents><Key>a.tif</Key><LastModified>2026-11-22T20:09:26.000Z</LastModified><ETag>&quot;5d41&quot;</ETag><Size>5</Size></Contents>";
const object = { key: "a.tif", size: 5, modified: Date.UTC(2026, 10, 22, 20, 9, 26), etag: '"5d41"' };

function pageOf(inner: string): string {
	return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`;
}

const objectsOf = (inner: string) => readPage(pageOf(inner))?.objects ?? null;

test("a page as Amazon writes it", () => {
	const about =
		"<Name>archive</Name><Prefix/><NextContinuationToken>1ue=</NextContinuationToken><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>";
	expect(readPage(pageOf(`${about}${contents}<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>`))).toEqual({
		...{ objects: [object], prefixes: ["b/"], keyCount: 2, isTruncated: true, next: "1ue=", isEncoded: true },
	});
});

test.each<[what: string, inner: string, expected: Partial<typeof object>]>([
	["indented", contents.replaceAll("><", ">\n  <"), {}],
	["with an owner", contents.replace("</Size>", "</Size><Owner><ID>1</ID><DisplayName/></Owner>"), {}],
	["with more than is needed", contents.replace("</Size>", "</Size><ChecksumType/><X>1</X><X>2</X>"), {}],
	["with references", contents.replace("a.tif", "a&amp;&#38;&#x1F6F0;&lt;"), { key: "a&&\u{1f6f0}<" }],
	["with quotes as they are", contents.replaceAll("&quot;", '"'), {}],
	["with numbered quotes", contents.replaceAll("&quot;", "&#34;"), {}],
	["without a time", contents.replace(/<LastModified>.*<\/LastModified>/, ""), { modified: Number.NaN }],
])("an object %s", (_, inner, expected) => {
	expect(objectsOf(inner)).toEqual([{ ...object, ...expected }]);
});

describe("left to a parser of any XML", () => {
	test.each<[what: string, inner: string]>([
		["two keys in one", contents.replace("</Key>", "</Key><Key>b.tif</Key>")],
		["two sizes in one", contents.replace("</Size>", "</Size><Size>6</Size>")],
		["no key", contents.replace(/<Key>.*<\/Key>/, "")],
		["a comment", `<!-- ${contents} -->`],
		["a comment in a key", contents.replace("a.tif", "a<!-- -->.tif")],
		["CDATA", contents.replace("a.tif", "<![CDATA[a.tif]]>")],
		["attributes", contents.replace("<Key>", '<Key lang="en">')],
		["an unknown reference", contents.replace("a.tif", "&tif;")],
		["an ampersand", contents.replace("a.tif", "a&b")],
		["a character beyond all", contents.replace("a.tif", "&#x110000;")],
		["a size that is none", contents.replace(">5<", ">-5<")],
		["a time that is none", contents.replace("2026-11-22T", "yesterday ")],
		["an element that ends as another", contents.replace("</Key>", "</Kez>")],
		["an element that does not end", contents.replace("</Contents>", "")],
		["a count that is none", "<KeyCount>many</KeyCount>"],
		["a truth that is none", "<IsTruncated>perhaps</IsTruncated>"],
		["a word said twice", "<IsTruncated>true</IsTruncated><IsTruncated>false</IsTruncated>"],
	])("%s", (_, inner) => {
		expect(readPage(pageOf(inner))).toBeNull();
	});

	test.each([
		["", ""],
		["another root", "<Error><Code>SlowDown</Code></Error>"],
		["a document type", `<!DOCTYPE x [<!ENTITY tif "x">]>${pageOf(contents)}`],
		["something behind it", `${pageOf(contents)}<ListBucketResult/>`],
	])("%s", (_, text) => {
		expect(readPage(text)).toBeNull();
	});

	test("a page that is cut off, wherever", () => {
		const whole = pageOf(`<IsTruncated>false</IsTruncated>${contents}`);
		for (let length = 0; length < whole.length; length++) expect(readPage(whole.slice(0, length))).toBeNull();
		expect(readPage(whole)).not.toBeNull();
	});
});
