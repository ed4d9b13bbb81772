import { describe, expect, test } from "vitest";
import { approveWords } from "./action-words.ts";

const none = { added: 0, removed: 0, updated: 0, moved: 0, linked: 0, unlinked: 0, rejected: 0 };

describe("approveWords", () => {
	const cases = [
		[{}, "Approve", "nothing is removed"],
		[{ removed: 1 }, "Approve and remove 1 dataset", "1 dataset is removed"],
		[{ removed: 1204 }, "Approve and remove 1,204 datasets", "1,204 datasets are removed"],
		[{ unlinked: 2 }, "Approve and unlink 2 datasets", "2 datasets are unlinked"],
		[
			{ removed: 30, unlinked: 1 },
			"Approve and remove 30 datasets, unlink 1 dataset",
			"30 datasets are removed, 1 dataset is unlinked",
		],
		[
			{ added: 2, removed: 1, updated: 1, moved: 1 },
			"Approve 5 changes, remove 1 dataset",
			"1 dataset is removed, 4 datasets are added, updated, moved or linked",
		],
	] as const;

	test.each(cases)("%j: %s", (counts, confirm, does) => {
		expect(approveWords({ ...none, ...counts })).toEqual({ confirm, does });
	});

	test("of several runs says how many", () => {
		expect(approveWords({ removed: 30, unlinked: 0 }, 2).confirm).toBe("Approve 2 runs and remove 30 datasets");
		expect(approveWords({ removed: 0, unlinked: 0 }, 2).confirm).toBe("Approve 2 runs");
	});
});
