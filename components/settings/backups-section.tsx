import { Copyable } from "#components/ui/copying/copyable.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { BackupsView } from "#lib/operations/backup-plan.ts";
import { SettingsFact, SettingsFacts } from "./settings-facts.tsx";

interface BackupsSectionProps {
	readonly backups: BackupsView;
	/** How this installation is called on its command line. */
	readonly commandName: string;
}

/** What is known of the backups that a worker writes; they are set up where their folder is, on the command line or in the file. */
export function BackupsSection({ backups: { plan, next, good, error }, commandName }: BackupsSectionProps) {
	return (
		<FormSection title="Backups">
			<SettingsFacts>
				<SettingsFact name="Schedule">
					{plan === null ? (
						"none"
					) : (
						<>
							<span className="font-mono text-fine">{plan.cron}</span> {plan.zone}, into{" "}
							<Copyable text={plan.folder} label="backup folder" />, the newest {formatCount(plan.keep)} kept
						</>
					)}
				</SettingsFact>
				{next === null ? null : (
					<SettingsFact name="Next">
						<RelativeTime instant={next} />
					</SettingsFact>
				)}
				<SettingsFact name="Last good one">
					{good === null ? (
						"none by schedule"
					) : (
						<>
							<RelativeTime instant={good.at} />: {formatBytes(good.bytes)}, {formatPlural(good.rows, "row")}, on{" "}
							{good.host} as <Copyable text={good.file} label="backup file" />
						</>
					)}
				</SettingsFact>
				{error === null ? null : (
					<SettingsFact name="Last failure">
						<span className="text-failed">
							<RelativeTime instant={error.at} />: {error.message}
						</span>
					</SettingsFact>
				)}
			</SettingsFacts>
			<p className="mt-3 text-fine text-muted">
				A worker writes them. To set them up, run on its machine:{" "}
				<code className="font-mono">{commandName} backup schedule --folder FOLDER --cron "30 2 * * *" --keep 14</code>
			</p>
		</FormSection>
	);
}
