import { expect, test } from "vitest";
import { z } from "zod";
import { containerInput, sourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { messagesByField, messagesInOneLine } from "./validation-messages.ts";

function messageOf(schema: z.ZodType, input: unknown): string | undefined {
	return schema.safeParse(input).error?.issues[0]?.message;
}

test.each<[schema: z.ZodType, input: unknown, message: string]>([
	[z.string(), undefined, "This is missing. Enter text"],
	[z.string(), 5, "Enter text"],
	[z.number(), Number.NaN, "Enter a number"],
	[z.int(), 1.5, "Enter a whole number"],
	[z.boolean(), "yes", "Enter true or false"],
	[z.array(z.string()), "a", "Give a list"],
	[z.object({}), "a", "Give settings with names"],
	[z.string().min(1), "", "This cannot be empty"],
	[z.string().min(12), "short", "Enter at least 12 characters"],
	[z.string().max(1000), "x".repeat(1001), "Enter at most 1,000 characters"],
	[z.int().min(1), 0, "Enter 1 or more"],
	[z.int().positive(), -3, "Enter a number greater than 0"],
	[z.int().max(36_500), 40_000, "Enter 36,500 or less"],
	[z.int().lt(10), 10, "Enter a number less than 10"],
	[z.array(z.string()).min(1), [], "Give at least one"],
	[z.array(z.string()).max(2), ["a", "b", "c"], "Give at most 2"],
	[z.enum(["sync", "check"]), "x", "Choose one of sync, check"],
	[z.literal("all"), "x", "Choose all"],
	[z.iso.datetime(), "yesterday", "Enter a UTC time such as 2026-01-31T12:00:00Z"],
	[z.string().regex(/^a/), "b", "This is not written in the right form"],
	[z.strictObject({}), { extra: 1 }, "There is no setting extra here: remove it, or correct its name"],
	[z.union([z.string(), z.int()]), null, "This value is not one of those that are possible here"],
	[z.number().multipleOf(5), 3, "Enter a multiple of 5"],
])("%# %s", (schema, input, message) => expect(messageOf(schema, input)).toBe(message));

test("no message of the inputs speaks of types or comparisons", () => {
	const wrong = [
		[
			containerInput,
			{ id: "A", kind: "x", retentionDays: 0, guard: { maxRemovals: -1 }, title: 5, sources: "none", more: 1 },
		],
		[
			containerInput,
			{
				id: "A",
				kind: "dataset-series",
				retentionDays: 1e9,
				guard: 5,
				grid: { crs: "x" },
				schedule: { cron: 1, jitter: 0.5 },
			},
		],
		[
			sourceInput,
			{ storage: 1, path: 2, include: [""], stableFor: -1, checksum: "no", symlinks: "?", marker: "", timeZone: 1 },
		],
		[storageInput, { name: "a", type: "nothing" }],
		[storageInput, { name: "a", type: "ftp", host: "h", port: 99_999, parallel: 0, timeout: "long", tls: "some" }],
		[storageInput, { name: "a", type: "s3", bucket: "b", requestsPerSecond: -1, credentials: "x" }],
		[storageInput, { name: "a", type: "http", url: "http://a/?b", listing: "?", parallel: 1.5 }],
		[storageInput, { name: "a", type: "http", url: "nothing" }],
	] as const;
	for (const [schema, input] of wrong) {
		const { error } = schema.safeParse(input);
		const messages = error?.issues.map(({ message }) => message) ?? [];
		expect(messages.length).toBeGreaterThan(0);
		for (const message of messages) expect(message).not.toMatch(/expected|[Ii]nvalid|Too |>=|<=|received|pattern \//);
	}
});

test("messages by field keep the first of each, and one line names every field", () => {
	const schema = z.object({ name: z.string().min(2).regex(/^a/), days: z.int() });
	const { error } = schema.safeParse({ name: "b", days: "x" });
	if (error === undefined) throw new Error("The input should not be valid.");
	expect(messagesByField(error)).toEqual({ name: "Enter at least 2 characters", days: "Enter a number" });
	expect(messagesInOneLine(error)).toBe(
		"name: Enter at least 2 characters; name: This is not written in the right form; days: Enter a number",
	);
});
