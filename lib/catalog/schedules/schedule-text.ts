import cronstrue from "cronstrue";
import type { Schedule } from "./schedule.ts";

/** Client-safe. A schedule in words: `At 03:00, every day, Europe/Vienna; check only`. @throws for one that is not valid. */
export function scheduleText({ cron, zone, kind, verify, jitter }: Schedule): string {
	return [
		`${cronText(cron)}, ${zone}`,
		kind === "check" ? "check only" : kind === "full" ? "every file read again" : null,
		verify === undefined ? null : `${verify} read again each time`,
		jitter > 0 ? `up to ${jitter} min later` : null,
	]
		.filter((part) => part !== null)
		.join("; ");
}

/** Without the zone. */
export function cronText(cron: string): string {
	const text = cronstrue.toString(cron, { use24HourTimeFormat: true });
	return /^At [^,]*$/.test(text) ? `${text}, every day` : text;
}
