import { expect, test } from "vitest";
import { formatPlural } from "./numbers.ts";

test("plurals", () => {
	expect(formatPlural(1, "dataset")).toBe("1 dataset");
	expect(formatPlural(12_408, "dataset")).toBe("12,408 datasets");
});
