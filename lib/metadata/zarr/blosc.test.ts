import { expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { randomNumbers } from "#lib/metadata/testing/files.ts";
import { decodeBlosc } from "./blosc.ts";

/** By c-blosc 1.21 (numcodecs 0.11): int32 values 0, 3, 6, … */
const buffers: readonly (readonly [string, count: number, base64: string])[] = [
	[
		"LZ4, shuffled",
		40,
		"AgExBKAAAACgAAAATAAAABQAAAA0AAAA/xoAAwYJDA8SFRgbHiEkJyotMDM2OTw/QkVIS05RVFdaXWBjZmlsb3J1AAEAX1AAAAAAAA==",
	],
	[
		"LZ4, bits shuffled",
		64,
		"AgE0BAABAAAAAQAAUwAAABQAAAA7AAAAE6oBABNmAQATtAEAIjjHAgBAwAc/+AQA8gAA+D8A/wfA/wAAwP//BwABADL4//8JAA8CAKJQAAAAAAA=",
	],
	[
		"Zstandard, shuffled",
		320,
		"AgGRBAAFAAAABQAAPQEAABQAAAAlAQAAKLUv/WAABN0IAFQQAAMGCQwPEhUYGx4hJCcqLTAzNjk8P0JFSEtOUVRXWl1gY2ZpbG9ydXh7foGEh4qNkJOWmZyfoqWoq66xtLe6vcDDxsnMz9LV2Nve4eTn6u3w8/b5/P8CBQgLDhEUFxodICMmKSwvMjU4Oz5BREdKTVBTVllcX2JlaGtucXR3en2Ag4aJjI+SlZibnqGkp6qtsLO2uby/wsXIy87R1Nfa3eDj5uns7/L1+Pv+AQQHCg0QExYZHB8iJSgrLjE0Nzo9QENGSUxPUlVYW15hZGdqbXBzdnl8f4KFiIuOkZSXmp2go6aprK+ytbi7vsHEx8rN0NPW2dzf4uXo6+7x9Pf6/QABAgMABgB8QCUE0gWYWIBJxE0XQAckOgU=",
	],
];

test.each(buffers)("%s", (_, count, base64) => {
	const plain = decodeBlosc(Buffer.from(base64, "base64"), count * 4);
	const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
	expect(Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true))).toEqual(
		Array.from({ length: count }, (_, i) => 3 * i),
	);
});

test("damaged buffers are rejected or become as many bytes, and what is too long is not unpacked", () => {
	const random = randomNumbers(7);
	for (let i = 0; i < 1500; i++) {
		const [, count, base64] = buffers[random(buffers.length)] ?? ["", 0, ""];
		const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
		for (let change = 0; change <= random(4); change++) bytes[random(bytes.length)] = random(256);
		try {
			const cut = random(5) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
			expect(decodeBlosc(cut, count * 4).length).toBeLessThanOrEqual(count * 4);
		} catch (error) {
			if (!(error instanceof RejectedError) && !(error instanceof Error && "code" in error)) throw error;
		}
	}
});
