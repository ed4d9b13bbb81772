import { expect, test } from "vitest";
import { parseJsonObject } from "./json.ts";

const parse = (text: string) => parseJsonObject(new TextEncoder().encode(text));

test("why a text is no JSON is one line, whatever lines the text has", () => {
	expect(() => parse('{\n\t"dtype": \'!b1\',\n\t"fill": 0\n}')).toThrow(/^not acceptable as JSON: [^\n\t]+$/);
	expect(() => parse("[1]")).toThrow("not acceptable as JSON: it is no object");
});
