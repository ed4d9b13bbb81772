import { z } from "zod";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { targetName } from "./target-inputs.ts";

/** What is asked of targets from outside: by pages and the API. Client-safe. */

export const namedTarget = z.strictObject({ name: targetName });

export const pushNumber = z
	.int()
	.positive()
	.max(2 ** 53 - 1);

export const pushDecision = z.strictObject({ push: pushNumber, reason: approvalReason });

/** Which of the differences that a check found are written as the catalogue has them. */
export const acceptInput = z.strictObject({
	push: pushNumber.nullable().default(null).describe("The check that found it, where it is one difference."),
	number: z
		.int()
		.min(0)
		.max(2 ** 31 - 1)
		.nullable()
		.default(null)
		.describe("One difference of that check; null: several."),
	container: z
		.string()
		.min(1)
		.max(300)
		.nullable()
		.default(null)
		.describe("EO ID: all of a container; null: not narrowed."),
	fields: z
		.array(z.string().min(1).max(100))
		.max(100)
		.nullable()
		.default(null)
		.describe("Only these fields; null: all."),
});
export type AcceptInput = z.output<typeof acceptInput>;

/** Of a query string. */
export const pushQuery = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const pushOnly = z.strictObject({ push: pushNumber });

export const pushRequest = namedTarget.extend({
	overwrite: z.boolean().default(false).describe("Changes that others made in the target are written over."),
});
