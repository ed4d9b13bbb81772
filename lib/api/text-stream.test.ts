import { expect, test } from "vitest";
import { textStream } from "./text-stream.ts";

async function* lines(isBroken = false): AsyncGenerator<string> {
	yield "a\n";
	if (isBroken) throw new Error("the database is gone");
	yield "ü\n";
}

test("bytes go as they are", async () => {
	async function* bytes() {
		yield new Uint8Array([0, 255]);
	}
	expect(await new Response(textStream(bytes())).bytes()).toEqual(new Uint8Array([0, 255]));
});

test.each<[string, (stream: ReadableStream<Uint8Array>) => Promise<unknown>, boolean]>([
	["it was read", async (stream) => expect(await new Response(stream).text()).toBe("a\nü\n"), false],
	["it failed", (stream) => expect(new Response(stream).text()).rejects.toThrow("the database is gone"), true],
	["its reader went away before it began", (stream) => stream.cancel(), false],
	[
		"its reader went away in the middle",
		async (stream) => {
			const reader = stream.getReader();
			await reader.read();
			await reader.cancel();
		},
		false,
	],
])("the end is told when %s", async (_, read, isBroken) => {
	let ends = 0;
	await read(
		textStream(lines(isBroken), () => {
			ends += 1;
		}),
	);
	expect(ends).toBe(1);
});
