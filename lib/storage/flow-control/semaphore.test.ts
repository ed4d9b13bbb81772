import { expect, test } from "vitest";
import { Semaphore } from "./semaphore.ts";

const signal = new AbortController().signal;

test("never more calls at once than there are slots, in the order in which they came", async () => {
	const slots = new Semaphore(2);
	const began: number[] = [];
	let running = 0;
	const work = (number: number) => async () => {
		began.push(number);
		expect(++running).toBeLessThanOrEqual(2);
		await new Promise(setImmediate);
		running--;
		return number;
	};
	const results = await Promise.all([1, 2, 3, 4, 5].map((number) => slots.run(work(number), { signal })));
	expect(results).toEqual([1, 2, 3, 4, 5]);
	expect(began).toEqual([1, 2, 3, 4, 5]);
});

test("a call that fails, or is cancelled while it waits, keeps no slot", async () => {
	const slots = new Semaphore(1);
	await expect(slots.run(() => Promise.reject(new Error("failed")), { signal })).rejects.toThrow("failed");
	const first = Promise.withResolvers<string>();
	const running = slots.run(() => first.promise, { signal });
	const controller = new AbortController();
	const cancelled = slots.run(async () => "never", { signal: controller.signal });
	const last = slots.run(async () => "last", { signal });
	controller.abort(new Error("cancelled"));
	await expect(cancelled).rejects.toThrow("cancelled");
	first.resolve("first");
	expect(await Promise.all([running, last])).toEqual(["first", "last"]);
	expect(await slots.run(async () => "again", { signal })).toBe("again");
});
