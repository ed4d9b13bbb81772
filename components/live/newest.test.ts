import { expect, test } from "vitest";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { newerContainers } from "./newest.ts";

const view = (id: string, readAt: number) => ({ id, readAt, lastRun: null, history: null }) as ContainerView;

test("a list of which nothing is newer stays the one that is shown", () => {
	const shown = [view("a", 5), view("b", 5)];
	expect(newerContainers(shown, shown)).toBe(shown);
	expect(newerContainers(shown, [view("a", 4), view("b", 3)])).toBe(shown);
	expect(newerContainers(shown, [view("a", 4), view("b", 6)])).toEqual([view("a", 5), view("b", 6)]);
	expect(newerContainers(shown, [view("a", 4)])).toEqual([view("a", 5)]);
});
