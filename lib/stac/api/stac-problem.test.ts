import { expect, it } from "vitest";
import { tooSlow } from "#lib/catalog/search/time-limit.ts";
import { EosyncError, UsageError } from "#lib/errors.ts";
import { stacProblemOf } from "./stac-problem.ts";

it("tells anybody what they asked wrong, and nothing of this machine", () => {
	expect(stacProblemOf(new UsageError("limit must be a number."))).toMatchObject({
		kind: "BadRequest",
		message: "limit must be a number.",
	});
	expect(stacProblemOf(tooSlow(5000, null, "collections")).message).toContain("fewer collections");
	for (const error of [new EosyncError("secret-file", "/srv/eosync/secret cannot be read"), new Error("/srv/eosync")])
		expect(stacProblemOf(error)).toMatchObject({ kind: "Unavailable", message: expect.not.stringContaining("/srv") });
});
