import { expect } from "vitest";

/**
 * For all tests (`setupFiles`): a pattern stands for a text that it matches. `toMatchObject` compares the keys of objects, of
 * which a pattern has none: by itself it would find any text equal to any pattern.
 */
expect.addEqualityTesters([
	(actual, expected) => (typeof actual === "string" && expected instanceof RegExp ? expected.test(actual) : undefined),
]);
