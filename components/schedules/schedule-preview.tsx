import { formatInstant } from "#components/ui/format.ts";
import { useNow } from "#components/ui/times/now.tsx";
import { delayOf, nextTimes, type Schedule } from "#lib/catalog/schedules/schedule.ts";
import { scheduleInput } from "#lib/catalog/schedules/schedule-input.ts";
import { cronText } from "#lib/catalog/schedules/schedule-text.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { draftToSchedule, type ScheduleDraft } from "./schedule-draft.ts";

const shown = 5;

/** A schedule in words, and its next five times. Empty while the schedule is not valid: its fields say why. */
export function SchedulePreview({
	draft,
	container,
}: {
	readonly draft: ScheduleDraft;
	readonly container: string | null;
}) {
	const minute = useNow((now) => Math.floor(now / 60_000));
	const { data: schedule } = scheduleInput.safeParse(draftToSchedule(draft));
	if (schedule === undefined) return null;
	const times = nextTimes(schedule, new Date(minute * 60_000).toISOString(), shown);
	const delay = container === null ? 0 : delayOf(container, schedule.jitter);
	return (
		<div className="rounded-md bg-raised px-3 py-2 sm:col-span-2">
			<p className="font-medium">
				{cronText(schedule.cron)}, {schedule.zone}
			</p>
			<ol aria-label={`The next ${times.length} times`} className="mt-1 text-fine text-muted">
				{times.map((time) => (
					<li key={time}>{timeText(time, delay, schedule)}</li>
				))}
			</ol>
			{container === null && schedule.jitter > 0 ? (
				<p className="mt-1 text-fine text-muted">Each container up to {schedule.jitter} min later.</p>
			) : null}
		</div>
	);
}

function timeText(time: Instant, delay: number, { zone }: Schedule): string {
	const instant = new Date(Date.parse(time) + delay * 1000);
	const utc = formatInstant(instant.toISOString());
	return zone === "UTC" ? `${weekday(instant, "UTC")} ${utc}` : `${inZone(instant, zone)} = ${utc}`;
}

function weekday(instant: Date, timeZone: string): string {
	return instant.toLocaleDateString("en-GB", { weekday: "short", timeZone });
}

/** `Sun 2026-03-29 03:00:00 GMT+2` by the clocks there. */
function inZone(instant: Date, timeZone: string): string {
	const text = instant.toLocaleString("sv-SE", { timeZone });
	const name = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "short" })
		.formatToParts(instant)
		.find(({ type }) => type === "timeZoneName")?.value;
	return `${weekday(instant, timeZone)} ${text} ${name ?? ""}`.trim();
}
