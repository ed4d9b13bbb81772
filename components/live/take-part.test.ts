import { afterEach, beforeEach, expect, test } from "vitest";
import type { StreamNews } from "./event-stream.ts";
import { takePart } from "./take-part.ts";

let stop: AbortController;
beforeEach(() => {
	stop = new AbortController();
});
afterEach(() => stop.abort());

/** A page of the browser; `isAtWork` is false for one that hangs: it holds its lock and says nothing. */
function page({ isAtWork = true } = {}) {
	const gone = new AbortController();
	const news: StreamNews[] = [];
	const streams: AbortSignal[] = [];
	const signal = AbortSignal.any([stop.signal, gone.signal]);
	takePart({
		signal,
		onNews: (each) => news.push(each),
		times: { here: isAtWork ? 20 : 1_000_000, silence: 300 },
		async follow({ onNews, signal: ended }) {
			streams.push(ended);
			onNews({ type: "caller", caller: { user: "u1", role: "viewer" } });
			onNews({ type: "connection", connection: "live" });
			await new Promise((resolve) => ended.addEventListener("abort", resolve, { once: true }));
		},
	});
	return { news, streams, leave: () => gone.abort(), types: () => news.map(({ type }) => type) };
}

async function until(isTrue: () => boolean): Promise<void> {
	while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("one page has the stream; another hears who follows and that it missed what was before, and takes over when it goes", async () => {
	const first = page();
	await until(() => first.streams.length === 1);
	const second = page();
	await until(() => second.types().includes("gap"));
	expect(second.news[0]).toEqual({ type: "caller", caller: { user: "u1", role: "viewer" } });
	expect(second.streams).toHaveLength(0);
	expect(first.types()).not.toContain("gap");
	first.leave();
	await until(() => second.streams.length === 1);
});

test("a page that hangs loses the stream to another one, and becomes one that listens", async () => {
	const hanging = page({ isAtWork: false });
	await until(() => hanging.streams.length === 1);
	const second = page();
	await until(() => second.streams.length === 1);
	await until(() => hanging.streams[0]?.aborted === true);
	await until(() => hanging.types().includes("gap"));
	expect(second.streams[0]?.aborted).toBe(false);
	expect(hanging.streams).toHaveLength(1);
});
