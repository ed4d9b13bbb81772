import { z } from "zod";
import { type Schedule, scheduleProblem } from "./schedule.ts";

/** Client-safe. Schedules as forms and the configuration file write them. */

export const timeZone = z.string().refine((zone) => {
	try {
		new Intl.DateTimeFormat("en", { timeZone: zone });
		// Offsets such as +02:00 are zones for Intl, but know nothing of summer time: a zone is named by its place.
		return !/^[+-]/.test(zone);
	} catch {
		return false;
	}
}, "Enter an IANA time zone such as UTC or Europe/Vienna");

const verifyShare = z
	.union([z.string().transform((text) => text.replaceAll(" ", "")), z.int().min(1).transform(String)])
	.refine(
		(text) => /^([1-9]\d{0,8}|([1-9]\d?|100)%|([1-9]\d{0,2}|1000)‰)$/.test(text),
		'Enter a share such as "1%" or "5‰", or a number',
	);

export const scheduleInput = z
	.strictObject({
		cron: z
			.string("Enter a cron expression")
			.trim()
			.max(200)
			.describe('When: a cron expression of five fields, "0 3 * * *".'),
		zone: timeZone.default("UTC").describe("The IANA time zone of the expression."),
		kind: z
			.enum(["sync", "check", "full"])
			.default("sync")
			.describe("Whether it is synced, only checked, or synced with every file read again."),
		verify: verifyShare
			.optional()
			.describe('How many datasets are read again each time, such as "1%"; left out: none.'),
		jitter: z
			.int()
			.min(0, "Enter 0 minutes or more")
			.max(1440, "Enter at most 1,440 minutes, a day")
			.default(0)
			.describe("Minutes over which containers of the same time are spread."),
	})
	.superRefine(({ cron, zone, kind, verify }, context) => {
		const problem = scheduleProblem(cron, timeZone.safeParse(zone).success ? zone : "UTC");
		if (problem !== null) context.addIssue({ code: "custom", path: ["cron"], message: problem });
		if (kind === "full" && verify !== undefined)
			context.addIssue({
				code: "custom",
				path: ["verify"],
				message: "A full sync reads every file again: leave this out",
			});
	});

/** The number of datasets that `verify` of a schedule means, at least one where there are any. */
export function verifyCount(verify: string, datasets: number): number {
	const number = Number.parseInt(verify, 10);
	const share = verify.endsWith("%") ? number / 100 : verify.endsWith("‰") ? number / 1000 : null;
	return Math.min(datasets, share === null ? number : Math.ceil(share * datasets));
}

/** When a container runs: by a schedule of its own, never by any, or (null) by the default one, if there is one. */
export type ContainerSchedule = Schedule | "by hand" | null;

/** `"0 3 * * *"` (UTC, sync), an object with `zone`, `kind`, `verify` and `jitter`, `"by hand"`, or null. */
export const containerSchedule = z.unknown().transform((value, context): ContainerSchedule => {
	if (value === null || value === undefined || value === "by hand") return value ?? null;
	return readSchedule(value, context);
});

/** The same of the default schedule; null: there is none, and containers without their own run by hand. */
export const defaultScheduleInput = z
	.unknown()
	.transform((value, context): Schedule | null => (value === null ? null : readSchedule(value, context)));

function readSchedule(value: unknown, context: z.core.$RefinementCtx<unknown>): Schedule {
	const isText = typeof value === "string";
	const parsed = scheduleInput.safeParse(isText ? { cron: value } : value);
	if (parsed.success) return parsed.data;
	for (const issue of parsed.error.issues)
		context.issues.push({ ...issue, path: isText ? [] : [...issue.path], input: value } as z.core.$ZodRawIssue);
	return z.NEVER;
}
