import { expect, test } from "vitest";
import { NoPlaceError, Places } from "./places.ts";

const stays = new AbortController().signal;
const never = { waiting: 10, patience: 600_000 };

test("a few work at a time, the others in the order in which they came", async () => {
	const places = new Places("searches", { places: 2, ...never });
	const began: number[] = [];
	const ends: (() => void)[] = [];
	const all = [0, 1, 2, 3, 4].map((n) =>
		places.during(stays, async () => {
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

test("a place is given back once, and also by work that fails", async () => {
	const places = new Places("searches", { places: 1, waiting: 0, patience: 1 });
	await expect(places.during(stays, () => Promise.reject(new Error("the work failed")))).rejects.toThrow("the work");
	const giveBack = await places.take(stays);
	giveBack();
	giveBack();
	await places.take(stays);
	await expect(places.take(stays)).rejects.toThrow(NoPlaceError);
});

test("who waits too long, or comes when too many wait, is told when to ask again", async () => {
	const places = new Places("searches", { places: 1, waiting: 1, patience: 20 });
	const giveBack = await places.take(stays);
	const waiting = places.take(stays);
	await expect(places.take(stays)).rejects.toThrow(/^Too many searches wait for their turn: try again in 5 s\.$/);
	await expect(waiting).rejects.toMatchObject({
		message: "Other searches took all places for 0.02 s: try again in 5 s.",
		headers: { "retry-after": "5" },
	});
	giveBack();
	(await places.take(stays))();
});

test("who hangs up while waiting leaves the queue to those behind", async () => {
	const places = new Places("searches", { places: 1, waiting: 2, patience: 600_000 });
	const giveBack = await places.take(stays);
	const client = new AbortController();
	const gone = places.take(client.signal);
	const behind = places.take(stays);
	client.abort();
	await expect(gone).rejects.toThrow(/hung up/);
	await expect(places.take(client.signal)).rejects.toThrow(/hung up/);
	const last = places.take(stays);
	giveBack();
	(await behind)();
	(await last)();
	(await places.take(stays))();
});

test("a caller has a share of the places, whoever came first, and of the queue", async () => {
	const each = { places: 2, waiting: 1 };
	const places = new Places("searches", { places: 3, ...never, each });
	const own = [await places.take(stays, "a"), await places.take(stays, "a")];
	const third = places.take(stays, "a");
	await expect(places.take(stays, "a")).rejects.toThrow(/Too many searches wait/);
	const other = await places.take(stays, "b");
	const last = places.take(stays, "b");
	// The one that came later is of a caller who has fewer.
	other();
	const later = await last;
	own[0]?.();
	const ended = await third;
	for (const giveBack of [later, ended, ...own]) giveBack();
	for (const caller of ["c", "d", "e"]) await places.take(stays, caller);
});
