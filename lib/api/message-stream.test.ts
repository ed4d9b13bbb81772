import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { messageStream } from "./message-stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Messages without end, and how often the stream has given its place back. */
function endless() {
	const ends = { count: 0, signal: new AbortController().signal };
	const stream = messageStream(
		async function* (signal) {
			ends.signal = signal;
			for (let n = 0; !signal.aborted; n++) yield `${n}\n`;
		},
		{ signal: new AbortController().signal, onEnd: () => (ends.count += 1) },
	);
	return { reader: stream.getReader(), ends };
}

test("a reader who takes nothing for a minute has no place any more; one who takes something now and then keeps it", async () => {
	const { reader, ends } = endless();
	for (let n = 0; n < 5; n++) {
		await reader.read();
		await vi.advanceTimersByTimeAsync(59_000);
	}
	expect(ends.count).toBe(0);
	await reader.read();
	await vi.advanceTimersByTimeAsync(60_000);
	expect([ends.count, ends.signal.aborted]).toEqual([1, true]);
	expect(await reader.read()).toMatchObject({ done: true });
});

test("who waits for a message is not one who takes none", async () => {
	let say = (_: string) => {};
	const ends = { count: 0 };
	const stream = messageStream(
		async function* () {
			yield "first";
			yield await new Promise<string>((resolve) => {
				say = resolve;
			});
		},
		{ signal: new AbortController().signal, onEnd: () => (ends.count += 1) },
	);
	const reader = stream.getReader();
	await reader.read();
	const second = reader.read();
	await vi.advanceTimersByTimeAsync(600_000);
	expect(ends.count).toBe(0);
	say("second");
	expect(new TextDecoder().decode((await second).value)).toBe("second");
});
