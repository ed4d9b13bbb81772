import { z } from "zod";
import { eoId } from "./inputs.ts";

/** What may be asked for of splits and merges. Client-safe. */

const key = z.string().min(1, "Name the part").max(300);
const pattern = z.string().min(1, "Enter a pattern").max(1000);
const title = z.string().max(1000);

export const splitBy = z.discriminatedUnion("by", [
	z.strictObject({ by: z.literal("folder"), depth: z.int().min(1).max(20).default(1) }),
	z.strictObject({ by: z.literal("year") }),
	z.strictObject({
		by: z.literal("pattern"),
		parts: z
			.array(z.strictObject({ key, patterns: z.array(pattern).min(1, "Enter a pattern").max(100) }))
			.min(1, "Name at least one part")
			.max(200),
	}),
]);

/** The parts that are wanted; left out: all of them, as they are proposed. */
const wantedParts = z
	.array(z.strictObject({ key, id: eoId, title: title.optional() }))
	.min(1, "Choose at least one part")
	.max(200);

export const splitInput = z.strictObject({ id: eoId, how: splitBy, parts: wantedParts.optional() });
export const mergeInput = z.strictObject({
	ids: z.array(eoId).min(2, "Choose at least two containers").max(1000),
	into: eoId,
	title: title.optional(),
});
