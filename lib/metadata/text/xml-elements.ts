import type { XmlElement } from "#lib/metadata/metadata.ts";
import { lineEndsOf, nameEnd, resolveReferences, strangeCharacter } from "./xml-characters.ts";
import { declarationOf } from "./xml-declaration.ts";
import { Namespaces, namespaceFault } from "./xml-namespaces.ts";

export interface ElementLimits {
	/** Elements inside each other. */
	readonly depth: number;
	/** Elements and attributes together. */
	readonly nodes: number;
}

/** Where a document is not what XML asks for. */
export class XmlFault extends Error {
	/** Counted from 1. */
	readonly line: number;

	constructor(message: string, line: number) {
		super(message);
		this.line = line;
	}
}

interface Building extends XmlElement {
	readonly children: Building[];
	text: string;
}

/** What an element needs until its end tag. */
interface Open {
	readonly element: Building;
	/** With its prefix: an end tag repeats it. */
	readonly qualifiedName: string;
	/** Prefixes whose namespaces it declares. */
	readonly declared: ReadonlySet<string>;
}

/**
 * The root of a document with namespaces, as XML 1.0 (5th edition) and 1.1 and "Namespaces in XML" ask for it; without a document
 * type that declares anything. It goes over the text once and copies nothing but names and values.
 * @throws XmlFault
 */
export function parseElements(document: string, limits: ElementLimits): XmlElement {
	const declared = declarationOf(document);
	if (declared === null) throw new XmlFault("malformed XML declaration.", 1);
	const { version, length } = declared;
	const text = lineEndsOf(document, version);
	const namespaces = new Namespaces();
	const open: Open[] = [];
	let root: Building | null = null;
	let top: Open | undefined;
	let hasDoctype = false;
	let nodes = 0;
	/** Where the next thing begins. */
	let at = length;

	const strange = strangeCharacter(text, version);
	if (strange !== -1) refuse("disallowed character.", strange);
	const count = () => {
		nodes += 1;
		if (nodes > limits.nodes) refuse(`more than ${limits.nodes} elements and attributes`);
	};

	while (at < text.length) {
		const tag = text.indexOf("<", at);
		const end = tag === -1 ? text.length : tag;
		if (end > at) addText(text.slice(at, end));
		at = end;
		if (tag === -1) break;
		switch (text.charCodeAt(at + 1)) {
			case slash:
				closeTag();
				break;
			case bang:
				markup();
				break;
			case question:
				instruction();
				break;
			default:
				openTag();
		}
	}
	if (top !== undefined) refuse(`unclosed tag: ${top.qualifiedName}`);
	return root ?? refuse("document must contain a root element.");

	function refuse(reason: string, where = at): never {
		throw new XmlFault(reason, text.slice(0, where).split("\n").length);
	}

	function addText(run: string): void {
		if (top === undefined) {
			if (/[^ \t\n]/.test(run)) refuse("text data outside of root node.");
			return;
		}
		if (run.includes("]]>")) refuse('the string "]]>" is disallowed in char data.');
		top.element.text += run.includes("&") ? resolved(run) : run;
	}

	function resolved(raw: string): string {
		return resolveReferences(raw, version, refuse);
	}

	/** Returns where the searched text stands; its end is missing otherwise. */
	function find(searched: string, from: number): number {
		const found = text.indexOf(searched, from);
		return found === -1 ? refuse("unexpected end.") : found;
	}

	function name(from: number): string {
		const end = nameEnd(text, from);
		return end === from ? refuse("disallowed character in a name.", from) : text.slice(from, end);
	}

	function skipSpaces(from: number): number {
		let i = from;
		while (isSpace(text.charCodeAt(i))) i++;
		return i;
	}

	function closeTag(): void {
		const closed = name(at + 2);
		const end = skipSpaces(at + 2 + closed.length);
		if (text.charCodeAt(end) !== greater) refuse("disallowed character in closing tag.", end);
		if (top === undefined) refuse(`unmatched closing tag: ${closed}.`);
		if (top.qualifiedName !== closed) refuse("unexpected close tag.");
		namespaces.forget(top.declared);
		open.pop();
		top = open.at(-1);
		at = end + 1;
	}

	function markup(): void {
		if (text.startsWith("<!--", at)) {
			const end = find("--", at + 4);
			if (text.charCodeAt(end + 2) !== greater) refuse("malformed comment.", end);
			at = end + 3;
			return;
		}
		if (text.startsWith("<![CDATA[", at)) {
			if (top === undefined) refuse("text data outside of root node.");
			const end = find("]]>", at + 9);
			top.element.text += text.slice(at + 9, end);
			at = end + 3;
			return;
		}
		if (!text.startsWith("<!DOCTYPE", at)) refuse("incorrect syntax.");
		if (hasDoctype || root !== null) refuse("inappropriately located doctype declaration.");
		externalDoctype.lastIndex = at;
		// An internal subset may declare entities; an external one is never fetched, and what it declares is not known.
		if (!externalDoctype.test(text)) refuse("document types (<!DOCTYPE …>) with declarations are not accepted");
		hasDoctype = true;
		at = externalDoctype.lastIndex;
	}

	function instruction(): void {
		const target = name(at + 2);
		if (target.toLowerCase() === "xml") refuse("an XML declaration must be at the start of the document.");
		const after = at + 2 + target.length;
		const next = text.charCodeAt(after);
		if (target.includes(":") || !(next === question || isSpace(next)))
			refuse("disallowed character in processing instruction name.");
		at = find("?>", after) + 2;
	}

	function openTag(): void {
		const qualifiedName = name(at + 1);
		if (root !== null && top === undefined) refuse("documents may contain only one root.");
		let given = noAttribute;
		let i = at + 1 + qualifiedName.length;
		let isSpaced = false;
		for (;;) {
			const code = text.charCodeAt(i);
			if (isSpace(code)) {
				isSpaced = true;
				i = skipSpaces(i);
			} else if (code === greater || code === slash) {
				break;
			} else {
				if (!isSpaced) refuse("disallowed character in a tag; white space separates attributes.", i);
				const attribute = attributeAt(i);
				count();
				if (given === noAttribute) given = [attribute];
				else given.push(attribute);
				i = attribute.end;
				isSpaced = false;
			}
		}
		const isEmpty = text.charCodeAt(i) === slash;
		if (isEmpty && text.charCodeAt(i + 1) !== greater) refuse("forward-slash in opening tag not followed by >.", i);
		begin(qualifiedName, given, isEmpty);
		at = i + (isEmpty ? 2 : 1);
	}

	function attributeAt(from: number): Attribute {
		const qualifiedName = name(from);
		const equal = skipSpaces(from + qualifiedName.length);
		if (text.charCodeAt(equal) !== equals) refuse("attribute without value.", equal);
		const begin = skipSpaces(equal + 1);
		const quote = text[begin] === '"' || text[begin] === "'" ? text[begin] : refuse("unquoted attribute value.", begin);
		const end = find(quote, begin + 1);
		const raw = text.slice(begin + 1, end);
		if (raw.includes("<")) refuse("disallowed character.", begin);
		const spaced = /[\t\n]/.test(raw) ? raw.replaceAll(/[\t\n]/g, " ") : raw;
		return { qualifiedName, value: spaced.includes("&") ? resolved(spaced) : spaced, end: end + 1 };
	}

	function begin(qualifiedName: string, given: readonly Attribute[], isEmpty: boolean): void {
		count();
		if (open.length >= limits.depth) refuse(`more than ${limits.depth} elements inside each other`);
		const declared = given.length === 0 ? none : declaredBy(given);
		const colon = checkedColon(qualifiedName);
		const element: Building = {
			namespace: colon === -1 ? namespaces.of("") : namespaceOf(qualifiedName.slice(0, colon)),
			name: colon === -1 ? qualifiedName : qualifiedName.slice(colon + 1),
			attributes: given.length === declared.size ? noAttributes : attributesIn(given),
			children: [],
			text: "",
		};
		if (top === undefined) root = element;
		else top.element.children.push(element);
		if (isEmpty) {
			namespaces.forget(declared);
			return;
		}
		top = { element, qualifiedName, declared };
		open.push(top);
	}

	/** Where the colon stands, -1: there is none. */
	function checkedColon(qualifiedName: string): number {
		const colon = qualifiedName.indexOf(":");
		if (colon === -1) return -1;
		if (colon === 0 || colon === qualifiedName.length - 1 || qualifiedName.includes(":", colon + 1))
			refuse(`malformed name: ${qualifiedName}.`);
		return colon;
	}

	function namespaceOf(prefix: string): string {
		const namespace = namespaces.of(prefix);
		if (namespace === "" || prefix === "xmlns") refuse(`unbound namespace prefix: ${JSON.stringify(prefix)}.`);
		return namespace;
	}

	/** Prefixes whose namespaces the attributes declare, which hold from now on. */
	function declaredBy(given: readonly Attribute[]): ReadonlySet<string> {
		const declared = new Set<string>();
		for (const { qualifiedName, value } of given) {
			if (!isDeclaration(qualifiedName)) continue;
			checkedColon(qualifiedName);
			const prefix = qualifiedName.slice(6);
			const namespace = value.trim();
			const fault = namespaceFault(prefix, namespace, { isDefault: qualifiedName === "xmlns", version });
			if (fault !== null) refuse(fault);
			if (declared.has(prefix)) refuse(`duplicate attribute: ${qualifiedName}.`);
			declared.add(prefix);
			namespaces.declare(prefix, namespace);
		}
		return declared;
	}

	/** One without a namespace counts before one of the same local name that has one. */
	function attributesIn(given: readonly Attribute[]): Readonly<Record<string, string>> {
		const values = new Values();
		// Most elements have a single attribute, which cannot be a duplicate.
		const seen = given.length === 1 ? null : new Set<string>();
		for (const { qualifiedName, value } of given) {
			if (isDeclaration(qualifiedName)) continue;
			const colon = checkedColon(qualifiedName);
			const local = qualifiedName.slice(colon + 1);
			const namespace = colon === -1 ? "" : namespaceOf(qualifiedName.slice(0, colon));
			const key = colon === -1 ? local : `{${namespace}}${local}`;
			if (seen?.has(key)) refuse(`duplicate attribute: ${key}.`);
			seen?.add(key);
			if (colon !== -1) values[key] = value;
			if (colon === -1 || !(local in values)) values[local] = value;
		}
		return values;
	}
}

/** Makes objects that inherit nothing, as `Object.create(null)` does, which takes several times as long. */
function Inheritless() {}
Inheritless.prototype = Object.freeze(Object.create(null));
const Values = Inheritless as unknown as new () => Record<string, string>;

/** Whether an attribute declares a namespace. */
function isDeclaration(qualifiedName: string): boolean {
	return qualifiedName.startsWith("xmlns") && (qualifiedName.length === 5 || qualifiedName[5] === ":");
}

interface Attribute {
	readonly qualifiedName: string;
	readonly value: string;
	/** Where it ends. */
	readonly end: number;
}

const none: ReadonlySet<string> = new Set();
/** Of most elements; never added to. */
const noAttribute: Attribute[] = [];
const noAttributes: Readonly<Record<string, string>> = Object.freeze(Object.create(null));
const [bang, slash, equals, greater, question] = [0x21, 0x2f, 0x3d, 0x3e, 0x3f];

function isSpace(code: number): boolean {
	return code === 0x20 || code === 0x0a || code === 0x09;
}

/** `<!DOCTYPE NAME SYSTEM "…">`, `<!DOCTYPE NAME PUBLIC "…" "…">` (NASA's ECS metadata). */
const externalDoctype =
	/<!DOCTYPE\s*[\w:.-]+(\s+(SYSTEM\s+("[^"]*"|'[^']*')|PUBLIC\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')))?\s*>/y;
