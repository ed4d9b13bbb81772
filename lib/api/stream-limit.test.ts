import { expect, test } from "vitest";
import { StreamLimit } from "./stream-limit.ts";

function takeAll(limit: StreamLimit, user: string, count: number) {
	return Array.from({ length: count }, () => limit.take(user));
}

test("one user has 32 streams, and a place that is given back is free again, once", () => {
	const limit = new StreamLimit();
	const places = takeAll(limit, "ada", 33);
	expect(places.filter((place) => place !== null)).toHaveLength(32);
	expect(limit.take("grace")).not.toBeNull();
	places[0]?.();
	places[0]?.();
	expect(takeAll(limit, "ada", 2).map((place) => place !== null)).toEqual([true, false]);
});

test("a process has 500 streams", () => {
	const limit = new StreamLimit();
	const users = Array.from({ length: 20 }, (_, index) => `user ${index}`);
	const places = users.flatMap((user) => takeAll(limit, user, 32)).filter((place) => place !== null);
	expect(places).toHaveLength(500);
	expect(limit.take("another")).toBeNull();
	for (const giveBack of places) giveBack();
	expect(limit.take("another")).not.toBeNull();
});
