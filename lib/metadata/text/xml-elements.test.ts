import { type SaxesAttributeNS, SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { randomFrom } from "#lib/demo/random.ts";
import type { XmlElement } from "#lib/metadata/metadata.ts";
import * as documents from "#lib/metadata/testing/documents.ts";
import { parseElements, XmlFault } from "./xml-elements.ts";

/** A parser of others as the oracle: what it takes, and as what, is what ours takes. */

const limits = { depth: 50, nodes: 5000 };
const rounds = Number(process.env.EOSYNC_DAMAGED ?? 20_000);

type Outcome = { readonly root: XmlElement } | { readonly refused: string };

function ours(text: string): Outcome {
	try {
		return { root: parseElements(text, limits) };
	} catch (error) {
		if (error instanceof XmlFault) return { refused: error.message };
		throw error;
	}
}

interface Building extends XmlElement {
	readonly children: Building[];
	text: string;
}

function theirs(text: string): Outcome {
	const parser = new SaxesParser({ xmlns: true });
	const open: Building[] = [];
	let root: Building | null = null;
	let nodes = 0;
	const count = () => {
		nodes += 1;
		if (nodes > limits.nodes) throw new XmlFault("too many", 0);
	};
	parser.on("error", (error) => {
		throw new XmlFault(error.message, 0);
	});
	parser.on("doctype", (doctype) => {
		if (!isExternalOnly.test(doctype)) throw new XmlFault("doctype", 0);
	});
	parser.on("attribute", count);
	parser.on("opentag", ({ uri, local, attributes }) => {
		count();
		if (open.length >= limits.depth) throw new XmlFault("too deep", 0);
		const element = { namespace: uri, name: local, attributes: attributesOf(attributes), children: [], text: "" };
		if (open.length === 0) root = element;
		else open.at(-1)?.children.push(element);
		open.push(element);
	});
	parser.on("closetag", () => open.pop());
	const addText = (run: string) => {
		const element = open.at(-1);
		if (element !== undefined) element.text += run;
	};
	parser.on("text", addText);
	parser.on("cdata", addText);
	try {
		parser.write(text).close();
		return root === null ? { refused: "nothing" } : { root };
	} catch (error) {
		if (error instanceof XmlFault) return { refused: error.message };
		throw error;
	}
}

const isExternalOnly =
	/^\s*[\w:.-]+(\s+(SYSTEM\s+("[^"]*"|'[^']*')|PUBLIC\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')))?\s*$/;

function attributesOf(attributes: Readonly<Record<string, SaxesAttributeNS>>): Record<string, string> {
	const values: Record<string, string> = Object.create(null);
	for (const { uri, local, value } of Object.values(attributes)) {
		if (uri === "http://www.w3.org/2000/xmlns/") continue;
		if (uri !== "") values[`{${uri}}${local}`] = value;
		if (uri === "" || !(local in values)) values[local] = value;
	}
	return values;
}

function expectTheSame(text: string): void {
	const [mine, other] = [ours(text), theirs(text)];
	if ("refused" in mine && isPrefixTakenBack(text, mine.refused)) return;
	const said = `${JSON.stringify(text.slice(0, 3000))}: ${"refused" in mine ? mine.refused : "taken"} here, ${"refused" in other ? other.refused : "taken"} there`;
	expect("root" in mine, said).toBe("root" in other);
	if ("root" in mine && "root" in other) expect(JSON.stringify(mine.root), said).toBe(JSON.stringify(other.root));
}

/** XML 1.1 can take a prefix back; the other parser still takes an attribute with it ("Namespaces in XML 1.1", section 5, does not). */
function isPrefixTakenBack(text: string, refused: string): boolean {
	return text.includes("'1.1'") && text.includes(" xmlns:p=''") && refused.startsWith('unbound namespace prefix: "p"');
}

const texts = Object.values(documents)
	.filter((value) => typeof value === "string")
	.filter((text) => text.trimStart().startsWith("<"));

/** Whatever decides something, alone and beside others. */
const pieces = [
	..."<>/=&;:!?-[]'\" \n\r\t.#xa1é\u0085\u2028\u00b7𠀀\u0001\u007f\ufffe",
	"<a>",
	"</a>",
	"<b/>",
	"<p:b xmlns:p='urn:p'>",
	"</p:b>",
	" xmlns=''",
	" xmlns:p=''",
	" xmlns:xml='urn:x'",
	" xmlns:q='http://www.w3.org/XML/1998/namespace'",
	" xmlns='http://www.w3.org/2000/xmlns/'",
	" xml:lang='de'",
	" k='1'",
	" p:k='2'",
	' __proto__="x"',
	"<!--",
	"-->",
	"<![CDATA[",
	"]]>",
	"<?pi",
	"?>",
	"<?xml version='1.0'?>",
	"<?xml version='1.1'?>",
	"<!DOCTYPE a>",
	"<!DOCTYPE a SYSTEM 'x.dtd'>",
	"&amp;",
	"&#x41;",
	"&#10;",
	"&#0;",
	"&#x1;",
	"&unknown;",
	"\r\n",
];

test("documents of all formats, damaged anywhere, are taken and refused as by another parser", () => {
	expect(texts.length).toBeGreaterThan(5);
	const random = randomFrom(20_261_129);
	const upTo = (number: number) => Math.floor(random() * number);
	const piece = () => pieces[upTo(pieces.length)] ?? "";
	for (const text of texts) {
		expectTheSame(text);
		for (let i = 0; i < rounds / 20; i++) {
			let damaged = text;
			for (let damages = 1 + upTo(3); damages > 0; damages--) {
				const at = upTo(damaged.length);
				damaged = damaged.slice(0, at) + piece() + damaged.slice(at + upTo(4));
			}
			expectTheSame(damaged);
		}
	}
});

test("texts made of what means something to XML are taken and refused as by another parser", () => {
	const random = randomFrom(7);
	const upTo = (number: number) => Math.floor(random() * number);
	const some = (most: number) => Array.from({ length: upTo(most) }, () => pieces[upTo(pieces.length)]).join("");
	let taken = 0;
	for (let i = 0; i < rounds; i++) {
		const head = i % 3 === 0 ? some(3) : i % 3 === 1 ? "<?xml version='1.1'?>" : "";
		const text = `${head}<a${some(3)}>${some(6)}</a>${some(2)}`;
		expectTheSame(text);
		if ("root" in ours(text)) taken++;
	}
	expect(taken).toBeGreaterThan(rounds / 100);
});
