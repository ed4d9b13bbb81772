import { expect, test } from "vitest";
import { CallTimeout } from "./call-timeout.ts";

const never = () => new Promise<never>(() => {});

test("a result or an error comes through", async () => {
	const timeout = new CallTimeout(10_000);
	expect(await timeout.run("a", async () => 1, {})).toBe(1);
	await expect(timeout.run("a", () => Promise.reject(new Error("no")), {})).rejects.toThrow("no");
});

test("what takes too long is given up, and further calls fail at once until it has ended", async () => {
	const timeout = new CallTimeout(20);
	const slow = Promise.withResolvers<number>();
	const discarded: number[] = [];
	const call = () => timeout.run("a", () => slow.promise, { discard: (result) => discarded.push(result) });
	await expect(call()).rejects.toMatchObject({ code: "timeout", path: "a", retryable: true });
	await expect(call()).rejects.toMatchObject({ code: "timeout" });
	await expect(call()).rejects.toMatchObject({ code: "unreachable" });
	slow.resolve(1);
	await slow.promise;
	await new Promise(setImmediate);
	expect(discarded).toEqual([1, 1]);
	expect(await timeout.run("a", async () => 2, {})).toBe(2);
});

test("cancelling rejects with the reason", async () => {
	const timeout = new CallTimeout(10_000);
	const controller = new AbortController();
	const reason = new Error("cancelled");
	const call = timeout.run("a", never, { signal: controller.signal });
	controller.abort(reason);
	await expect(call).rejects.toBe(reason);
	await expect(timeout.run("a", never, { signal: controller.signal })).rejects.toBe(reason);
});
