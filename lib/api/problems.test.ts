import { expect, it } from "vitest";
import { EosyncError } from "#lib/errors.ts";
import { problemOf } from "./problems.ts";

it("tells callers nothing of what is inside when something breaks", () => {
	const { kind, message } = problemOf(new TypeError("Cannot read /srv/eosync/secret of undefined"), false);
	expect({ kind, message }).toEqual({
		kind: "unavailable",
		message: "Something went wrong; the server's log says what.",
	});
	const known = problemOf(new EosyncError("database-unreachable", "The database does not answer."), false);
	expect(known).toMatchObject({ kind: "unavailable", message: "The database does not answer." });
});
