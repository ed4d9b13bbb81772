import { expect, test } from "vitest";
import { pausedQuestion } from "./paused-question.tsx";

const paused = { storage: "tape", until: "2026-12-24T00:00:00Z", reason: "paused" } as const;
const containers = [
	{ id: "A", paused: null },
	{ id: "B", paused },
	{ id: "C", paused },
];

test("asks before containers run by name whose storage is left alone", () => {
	expect(pausedQuestion("sync", ["A", "C"], containers)).toEqual({ kind: "sync", ids: ["A", "C"], paused: ["C"] });
	expect(pausedQuestion("check", ["A"], containers)).toBeNull();
	expect(pausedQuestion("check", [], containers)).toBeNull();
});
