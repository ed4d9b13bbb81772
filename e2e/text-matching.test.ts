import { expect, test } from "vitest";

test("a pattern in toMatchObject equals only what it matches", () => {
	const error = Object.assign(new Error("the disk is full"), { code: "io" });
	expect(error).toMatchObject({ code: "io", message: /disk/ });
	expect(() => expect(error).toMatchObject({ code: "io", message: /network/ })).toThrow();
	expect(() => expect({ rows: [error] }).toMatchObject({ rows: [{ message: /network/ }] })).toThrow();
});
