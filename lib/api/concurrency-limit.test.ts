import { expect, test } from "vitest";
import { ConcurrencyLimit, LimitReachedError } from "./concurrency-limit.ts";

const stays = new AbortController().signal;
const never = { waiting: 10, timeoutMs: 600_000 };

test("a few work at a time, the others in the order in which they came", async () => {
	const limit = new ConcurrencyLimit("searches", { working: 2, ...never });
	const began: number[] = [];
	const ends: (() => void)[] = [];
	const all = [0, 1, 2, 3, 4].map((n) =>
		limit.during(stays, async () => {
			began.push(n);
			await new Promise<void>((resolve) => ends.push(resolve));
			return n;
		}),
	);
	await expect.poll(() => began).toEqual([0, 1]);
	ends[1]?.();
	await all[1];
	await expect.poll(() => began).toEqual([0, 1, 2]);
	ends[0]?.();
	ends[2]?.();
	await expect.poll(() => began).toEqual([0, 1, 2, 3, 4]);
	for (const end of ends) end();
	expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
});

test("a turn ends once, also by work that fails", async () => {
	const limit = new ConcurrencyLimit("searches", { working: 1, waiting: 0, timeoutMs: 1 });
	await expect(limit.during(stays, () => Promise.reject(new Error("the work failed")))).rejects.toThrow("the work");
	const end = await limit.take(stays);
	end();
	end();
	await limit.take(stays);
	await expect(limit.take(stays)).rejects.toThrow(LimitReachedError);
});

test("a caller that waits too long, or comes when too many wait, is refused and hears when to ask again", async () => {
	const limit = new ConcurrencyLimit("searches", { working: 1, waiting: 1, timeoutMs: 20 });
	const end = await limit.take(stays);
	const waiting = limit.take(stays);
	await expect(limit.take(stays)).rejects.toThrow(/^Too many searches wait for their turn: try again in 5 s\.$/);
	await expect(waiting).rejects.toMatchObject({
		message: "Other searches were at work for 0.02 s: try again in 5 s.",
		headers: { "retry-after": "5" },
	});
	end();
	(await limit.take(stays))();
});

test("a client that hangs up while waiting leaves the queue", async () => {
	const limit = new ConcurrencyLimit("searches", { working: 1, waiting: 2, timeoutMs: 600_000 });
	const end = await limit.take(stays);
	const client = new AbortController();
	const gone = limit.take(client.signal);
	const behind = limit.take(stays);
	client.abort();
	await expect(gone).rejects.toThrow(/hung up/);
	await expect(limit.take(client.signal)).rejects.toThrow(/hung up/);
	const last = limit.take(stays);
	end();
	(await behind)();
	(await last)();
	(await limit.take(stays))();
});

test("a caller gets a share of the turns and of the queue, also if it came first", async () => {
	const perCaller = { working: 2, waiting: 1 };
	const limit = new ConcurrencyLimit("searches", { working: 3, ...never, perCaller });
	const own = [await limit.take(stays, "a"), await limit.take(stays, "a")];
	const third = limit.take(stays, "a");
	await expect(limit.take(stays, "a")).rejects.toThrow(/Too many searches wait/);
	const other = await limit.take(stays, "b");
	const last = limit.take(stays, "b");
	// The one that came later is of a caller who has fewer.
	other();
	const later = await last;
	own[0]?.();
	const ended = await third;
	for (const end of [later, ended, ...own]) end();
	for (const caller of ["c", "d", "e"]) await limit.take(stays, caller);
});
