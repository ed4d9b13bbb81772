import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

interface ScheduleFieldProps {
	readonly value: string;
	readonly error: string | undefined;
	readonly onChange: (schedule: string) => void;
}

const presets = [
	{ label: "by hand", cron: "" },
	{ label: "every 15 min", cron: "*/15 * * * *" },
	{ label: "hourly", cron: "0 * * * *" },
	{ label: "daily at 03:00", cron: "0 3 * * *" },
	{ label: "Sundays at 03:00", cron: "0 3 * * 0" },
] as const;

export function ScheduleField({ value, error, onChange }: ScheduleFieldProps) {
	return (
		<Field
			label="Schedule"
			error={error}
			hint={
				<span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
					<span>Cron: minute hour day month weekday, UTC. Empty: by hand.</span>
					{presets.map(({ label, cron }) => (
						<button
							key={label}
							type="button"
							aria-pressed={value.trim() === cron}
							onClick={() => onChange(cron)}
							className="text-accent underline decoration-dotted underline-offset-2 aria-pressed:font-medium aria-pressed:no-underline"
						>
							{label}
						</button>
					))}
				</span>
			}
		>
			{(control) => (
				<Input
					{...control}
					value={value}
					autoComplete="off"
					spellCheck={false}
					placeholder="by hand"
					className="font-mono text-fine!"
					onChange={(event) => onChange(event.target.value)}
				/>
			)}
		</Field>
	);
}
