import { expect, test } from "vitest";
import { snippet } from "./delivery-result.ts";

test("what another program said is told without secrets, plain or as base64", () => {
	const said = `AUTH ${Buffer.from("hunter2").toString("base64")} is not hunter2,\r\n\u001b[31mnor abc`;
	expect(snippet(said, ["hunter2", "abc"])).toBe("AUTH ••• is not •••, [31mnor abc");
});
