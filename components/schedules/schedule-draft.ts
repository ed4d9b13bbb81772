import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import type { ContainerSchedule } from "#lib/catalog/schedules/schedule-input.ts";

/** A schedule as its form holds it. */
export interface ScheduleDraft {
	/** `none`: the default schedule, or none at all for the default one itself. */
	readonly scheduled: "none" | "own" | "by hand";
	readonly cron: string;
	readonly zone: string;
	readonly kind: Schedule["kind"];
	/** Empty: nothing is read again. */
	readonly verify: string;
	/** Minutes, as typed. */
	readonly jitter: string;
}

export const newScheduleDraft: ScheduleDraft = {
	scheduled: "none",
	cron: "0 3 * * *",
	zone: "UTC",
	kind: "sync",
	verify: "",
	jitter: "0",
};

export function scheduleToDraft(schedule: ContainerSchedule): ScheduleDraft {
	if (schedule === null) return newScheduleDraft;
	if (schedule === "by hand") return { ...newScheduleDraft, scheduled: "by hand" };
	return { ...schedule, verify: schedule.verify ?? "", scheduled: "own", jitter: String(schedule.jitter) };
}

/** As `containerSchedule` parses it; nothing is checked here. */
export function draftToSchedule({ scheduled, cron, zone, kind, verify, jitter }: ScheduleDraft): unknown {
	if (scheduled !== "own") return scheduled === "none" ? null : "by hand";
	const share = verify.trim() === "" || kind === "full" ? {} : { verify: verify.trim() };
	const minutes = jitter.trim() === "" ? 0 : Number(jitter);
	return { cron: cron.trim(), zone: zone.trim() || "UTC", kind, ...share, jitter: minutes };
}
