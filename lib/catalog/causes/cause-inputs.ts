import { z } from "zod";
import { instantInput } from "#lib/catalog/inputs.ts";

/** What people say about a cause. */

export const causeKey = z
	.string()
	.max(200)
	.regex(/^[A-Za-z0-9_-]+$/, "This is not the key of a cause");

export const acknowledgementInput = z.strictObject({
	note: z.string().trim().min(3, "Say what is known about it, in at least 3 characters").max(2000),
	/** null: until the cause changes. */
	until: instantInput.nullable().default(null),
});

export const recheckKind = z.enum(["check", "sync"]).default("check");
