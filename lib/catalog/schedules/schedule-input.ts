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

export const scheduleInput = z
	.strictObject({
		cron: z.string("Enter a cron expression").trim().max(200),
		zone: timeZone.default("UTC"),
		kind: z.enum(["sync", "check"]).default("sync"),
		/** Minutes. */
		jitter: z.int().min(0, "Enter 0 minutes or more").max(1440, "Enter at most 1,440 minutes, a day").default(0),
	})
	.superRefine(({ cron, zone }, context) => {
		const problem = scheduleProblem(cron, timeZone.safeParse(zone).success ? zone : "UTC");
		if (problem !== null) context.addIssue({ code: "custom", path: ["cron"], message: problem });
	});

/** When a container runs: by a schedule of its own, never by any, or (null) by the default one, if there is one. */
export type ContainerSchedule = Schedule | "by hand" | null;

/** `"0 3 * * *"` (UTC, sync), an object with `zone`, `kind` and `jitter`, `"by hand"`, or null. */
export const containerSchedule = z.unknown().transform((value, context): ContainerSchedule => {
	if (value === null || value === undefined || value === "by hand") return value ?? null;
	const isText = typeof value === "string";
	const parsed = scheduleInput.safeParse(isText ? { cron: value } : value);
	if (parsed.success) return parsed.data;
	for (const { message, path } of parsed.error.issues)
		context.addIssue({ code: "custom", path: isText ? [] : [...path], message });
	return z.NEVER;
});
