import { expect, it } from "vitest";
import { operations } from "#lib/api/operations/operations.ts";
import { apiReference, typeText } from "./reference.ts";

it("shows every call with what it takes and tells", () => {
	const calls = apiReference("https://eosync.example.org");
	expect(calls.map(({ id }) => id)).toEqual(operations.map(({ id }) => id));
	for (const { id, answer, curl } of calls) {
		expect(answer.length, id).toBeGreaterThan(0);
		expect(curl).toMatch(/^curl .*Bearer \$EOSYNC_TOKEN/);
		expect(curl, id).not.toMatch(/api\/v1[^ ]*(?:[{}]|\/(?:id|run|batch|dataset|exception|key|storage)(?:\/|$))/);
	}
	const approve = calls.find(({ id }) => id === "approveRun");
	expect(approve?.role).toBe("operator");
	expect(approve?.body).toContainEqual({ name: "reason", type: "string", required: true, description: "" });
	expect(approve?.curl).toContain("-X POST");
});

it("shows the fields of all that an answer may be; those that only one has are not required", () => {
	const { answer = [] } = apiReference("https://eosync.example.org").find(({ id }) => id === "listDuplicates") ?? {};
	const required = Object.fromEntries(answer.map((field) => [field.name, field.required]));
	expect(required).toMatchObject({ names: true, wasted: true, checksum: false, files: false, datasets: false });
	expect(answer.filter(({ name }) => name === "names")).toHaveLength(1);
});

it.each([
	[{ type: "string" }, "string"],
	[{ type: "integer", minimum: 1, maximum: 9 }, "integer, 1 to 9"],
	[{ type: ["string", "null"] }, "string or null"],
	[{ anyOf: [{ $ref: "#/components/schemas/Run" }, { type: "null" }] }, "Run or null"],
	[{ type: "array", items: { enum: ["a", "b"] } }, 'list of "a" | "b"'],
	[{ type: "string", format: "date-time" }, "time, ISO 8601"],
	[{}, "anything"],
])("says %j in words", (schema, text) => expect(typeText(schema)).toBe(text));
