import { type SaxesAttributeNS, SaxesParser } from "saxes";

/** An element with all below it. Attributes by local name, sorted; text of the element itself, white space around it removed. */
export interface XmlNode {
	readonly name: string;
	readonly namespace: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly XmlNode[];
	readonly text: string;
}

interface XmlStreamOptions {
	/** Local name of the elements to hand over, whole, as soon as they are complete. */
	readonly collect: string;
	readonly onElement: (element: XmlNode) => void;
}

/** What a document that was read to its end was like. */
export interface XmlSummary {
	/** Local name of the root element. */
	readonly root: string;
	/** Local names of the root's children. */
	readonly sections: ReadonlySet<string>;
}

const maxDepth = 100;
/** Elements and attributes within one collected element; the positions of an axis are one text, or an element each. */
const maxNodes = 200_000;
/** Of one collected element. */
const maxCharacters = 16 * 1024 * 1024;

/** A UTF-8 document as it arrives; keeps nothing but the element it is in. Document types are refused, so there are no entities but XML's five. */
export class XmlStream {
	readonly #decoder = new TextDecoder("utf-8", { fatal: true });
	readonly #parser = new SaxesParser({ xmlns: true });
	readonly #options: XmlStreamOptions;
	readonly #sections = new Set<string>();
	/** From the collected element down to where the parser is. */
	readonly #open: Building[] = [];
	#root = "";
	#depth = 0;
	#nodes = 0;
	#characters = 0;

	constructor(options: XmlStreamOptions) {
		this.#options = options;
		const parser = this.#parser;
		parser.on("error", (error) => refuse(error.message));
		parser.on("doctype", () => refuse("document types (<!DOCTYPE …>) are not accepted"));
		parser.on("opentag", ({ uri, local, attributes }) => this.#begin(uri, local, attributes));
		parser.on("closetag", () => this.#end());
		parser.on("text", (text) => this.#addText(text));
		parser.on("cdata", (text) => this.#addText(text));
	}

	/** @throws Error with the reason for anything that is not sound. */
	write(bytes: Uint8Array): void {
		this.#parser.write(this.#decoder.decode(bytes, { stream: true }));
	}

	/** @throws Error when the document is not complete. */
	close(): XmlSummary {
		this.#parser.write(this.#decoder.decode()).close();
		return { root: this.#root, sections: this.#sections };
	}

	#begin(namespace: string, name: string, attributes: Readonly<Record<string, SaxesAttributeNS>>): void {
		this.#depth++;
		if (this.#depth > maxDepth) refuse(`more than ${maxDepth} elements inside each other`);
		if (this.#depth === 1) this.#root = name;
		if (this.#depth === 2 && this.#sections.size < 100) this.#sections.add(name);
		if (this.#open.length === 0) {
			if (name !== this.#options.collect) return;
			this.#nodes = 0;
			this.#characters = 0;
		}
		const values = attributesOf(attributes);
		this.#nodes += 1 + Object.keys(values).length;
		if (this.#nodes > maxNodes) refuse(`more than ${maxNodes} elements and attributes in one ${this.#options.collect}`);
		for (const value of Object.values(values)) this.#count(value);
		const element: Building = { name, namespace, attributes: values, children: [], text: "" };
		this.#open.at(-1)?.children.push(element);
		this.#open.push(element);
	}

	#end(): void {
		this.#depth--;
		const element = this.#open.pop();
		if (element === undefined) return;
		element.text = element.text.trim();
		if (this.#open.length === 0) this.#options.onElement(element);
	}

	#addText(text: string): void {
		const element = this.#open.at(-1);
		if (element === undefined) return;
		this.#count(text);
		element.text += text;
	}

	#count({ length }: string): void {
		this.#characters += length;
		if (this.#characters > maxCharacters)
			refuse(`more than ${maxCharacters} characters in one ${this.#options.collect}`);
	}
}

interface Building extends XmlNode {
	readonly children: Building[];
	text: string;
}

const xmlnsNamespace = "http://www.w3.org/2000/xmlns/";

function attributesOf(attributes: Readonly<Record<string, SaxesAttributeNS>>): Record<string, string> {
	const plainAttributes = Object.values(attributes).filter(({ uri }) => uri !== xmlnsNamespace);
	const pairs = plainAttributes.map(({ local, value }) => [local, value] as const);
	return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function refuse(reason: string): never {
	throw new Error(`its XML was refused: ${reason}`);
}
