import { expect, test } from "vitest";
import { LogWatch } from "./log-watch.ts";

const never = new AbortController().signal;

test("whoever waits is told when the log has grown beyond what they know, all by the same looks", async () => {
	let last = 5;
	let looks = 0;
	const watch = new LogWatch(
		async () => {
			looks += 1;
			if (looks === 3) last = 6;
			return last;
		},
		{ everyMs: 1 },
	);
	await Promise.all(Array.from({ length: 50 }, () => watch.grown(5, never)));
	expect(looks).toBe(3);
	await watch.grown(5, never);
	expect(looks).toBe(4);
});

test("whoever goes away is let go; a database that does not answer lets all go, who ask it themselves", async () => {
	const watch = new LogWatch(async () => 5, { everyMs: 1 });
	const leaving = new AbortController();
	const waiting = watch.grown(5, leaving.signal);
	leaving.abort();
	await waiting;
	await watch.grown(5, leaving.signal);
	const lost = new LogWatch(() => Promise.reject(new Error("no database")), { everyMs: 1 });
	await lost.grown(5, never);
});
