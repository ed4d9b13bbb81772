import { Field } from "#components/ui/form/field.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import type { DefaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { scheduleText } from "#lib/catalog/schedules/schedule-text.ts";
import type { ScheduleDraft } from "./schedule-draft.ts";
import { SchedulePreview } from "./schedule-preview.tsx";

export interface ScheduleFieldsProps {
	readonly draft: ScheduleDraft;
	readonly set: <K extends keyof ScheduleDraft>(field: K, value: ScheduleDraft[K]) => void;
	/** By the path in the schedule: `cron`, `zone`, `kind`, `verify`, `jitter`. */
	readonly errorOf: (path: string) => string | undefined;
	/** EO ID, for its own delay; null: this is the default schedule. */
	readonly container: string | null;
	/** What holds for a container without its own. */
	readonly byDefault: DefaultSchedule["schedule"];
}

const presets = [
	{ label: "every 15 min", cron: "*/15 * * * *" },
	{ label: "hourly", cron: "0 * * * *" },
	{ label: "daily at 03:00", cron: "0 3 * * *" },
	{ label: "Sundays at 03:00", cron: "0 3 * * 0" },
] as const;

/** By which schedule, and if by its own: when, in which zone, what, and how far spread. Two columns of a grid. */
export function ScheduleFields({ draft, set, errorOf, container, byDefault }: ScheduleFieldsProps) {
	const ofAll = byDefault === null ? "none, so by hand" : scheduleText(byDefault);
	return (
		<>
			<Field
				label="Schedule"
				hint={
					container === null ? "For all containers without a schedule of their own." : `The default schedule: ${ofAll}.`
				}
			>
				{(control) => (
					<Select
						{...control}
						value={draft.scheduled}
						onChange={(event) => set("scheduled", event.target.value as ScheduleDraft["scheduled"])}
					>
						<option value="none">{container === null ? "None: by hand" : "Default schedule"}</option>
						<option value="own">{container === null ? "Set" : "Its own"}</option>
						{container === null ? null : <option value="by hand">By hand only</option>}
					</Select>
				)}
			</Field>
			{draft.scheduled === "own" ? (
				<OwnSchedule draft={draft} set={set} errorOf={errorOf} container={container} />
			) : null}
		</>
	);
}

function OwnSchedule({ draft, set, errorOf, container }: Omit<ScheduleFieldsProps, "byDefault">) {
	return (
		<>
			<Field
				label="Cron expression"
				error={errorOf("cron")}
				hint={<Presets cron={draft.cron} onCron={(cron) => set("cron", cron)} />}
			>
				{(control) => (
					<Input
						{...control}
						value={draft.cron}
						autoComplete="off"
						spellCheck={false}
						className="font-mono text-fine!"
						onChange={(event) => set("cron", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="Time zone of the schedule"
				error={errorOf("zone")}
				hint="UTC, or a name such as Europe/Vienna, which follows daylight saving time."
			>
				{(control) => (
					<Input
						{...control}
						value={draft.zone}
						autoComplete="off"
						spellCheck={false}
						placeholder="UTC"
						onChange={(event) => set("zone", event.target.value)}
					/>
				)}
			</Field>
			<Field
				label="A scheduled run"
				error={errorOf("kind")}
				hint="A check only makes a plan, which an operator can then apply."
			>
				{(control) => (
					<Select
						{...control}
						value={draft.kind}
						onChange={(event) => set("kind", event.target.value as ScheduleDraft["kind"])}
					>
						<option value="sync">Syncs</option>
						<option value="check">Only checks</option>
						<option value="full">Syncs, and reads every file again</option>
					</Select>
				)}
			</Field>
			{draft.kind === "full" ? null : (
				<Field
					label="Read again each time"
					error={errorOf("verify")}
					hint="So many datasets are read again although their files look unchanged, the longest unread first: a share such as 1%, or a number. Empty: none."
				>
					{(control) => (
						<Input
							{...control}
							value={draft.verify}
							autoComplete="off"
							placeholder="none"
							onChange={(event) => set("verify", event.target.value)}
						/>
					)}
				</Field>
			)}
			<Field
				label="Spread (minutes)"
				error={errorOf("jitter")}
				hint="Each container starts up to this many minutes later, always with the same delay, so that they do not all start at once."
			>
				{(control) => (
					<Input
						{...control}
						value={draft.jitter}
						inputMode="numeric"
						autoComplete="off"
						onChange={(event) => set("jitter", event.target.value)}
					/>
				)}
			</Field>
			<SchedulePreview draft={draft} container={container} />
		</>
	);
}

function Presets({ cron: current, onCron }: { readonly cron: string; readonly onCron: (cron: string) => void }) {
	return (
		<span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
			<span>Minute hour day month weekday:</span>
			{presets.map(({ label, cron }) => (
				<button
					key={label}
					type="button"
					aria-pressed={current.trim() === cron}
					onClick={() => onCron(cron)}
					className="text-accent underline decoration-dotted underline-offset-2 aria-pressed:font-medium aria-pressed:no-underline"
				>
					{label}
				</button>
			))}
		</span>
	);
}
