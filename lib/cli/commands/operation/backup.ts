import { resolve } from "node:path";
import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, warn } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { backup } from "#lib/operations/backup.ts";
import { backupPlan, nextBackup, readBackups, saveBackupPlan } from "#lib/operations/backup-plan.ts";

export function backupCommand(): Command {
	return new Command("backup")
		.summary("write the whole catalogue into a file")
		.description(
			"Writes all tables, as they are at one moment, into a compressed file that only you can read; others go on working. Keep the secret (EOSYNC_SECRET, or the file in EOSYNC_HOME) apart from it: without the secret, stored credentials cannot be opened.",
		)
		.argument("<FILE>", "a file that does not exist yet")
		.addCommand(scheduleCommand())
		.action((file: string) =>
			withCatalog("backup", async (database) => {
				const { tables, rows, bytes } = await backup(database, resolve(file));
				await print(`${file}: ${rows} rows of ${tables} tables, ${bytes} bytes`);
			}),
		);
}

interface ScheduleOptions {
	readonly folder?: string;
	readonly cron?: string;
	readonly zone: string;
	readonly keep: number;
	readonly off?: boolean;
}

/** `eosync backup schedule`. */
function scheduleCommand(): Command {
	return new Command("schedule")
		.summary("let a worker write backups by itself")
		.description(
			"With --folder and --cron a worker writes a backup when its time has come, and keeps the newest. Without, says how it is. With several machines give a folder that all of them have.",
		)
		.option("--folder <FOLDER>", "absolute path, on the machine of the worker that writes it")
		.option("--cron <CRON>", 'five fields: minute hour day month weekday, such as "30 4 * * *"')
		.option("--zone <ZONE>", "IANA time zone", "UTC")
		.option("--keep <N>", "how many of them are kept", Number, 7)
		.option("--off", "no more backups by themselves; those that are there stay")
		.action((options: ScheduleOptions) => withCatalog("backup", (database) => schedule(database, options)));
}

async function schedule(database: Database, { folder, cron, zone, keep, off }: ScheduleOptions): Promise<void> {
	if (off || folder !== undefined || cron !== undefined) {
		const parsed = off ? null : backupPlan.safeParse({ folder: folder ?? "", cron: cron ?? "", zone, keep });
		const [issue] = parsed?.error?.issues ?? [];
		if (issue) throw new UsageError(`--${String(issue.path[0])}: ${issue.message}.`);
		const plan = parsed?.data ?? null;
		await auditedCommand(database, {
			action: "settings.update",
			input: { backup: plan },
			work: (inside) => saveBackupPlan(inside, plan),
			did: (changed) => changed,
		});
	}
	const backups = await readBackups(database);
	const { plan, state } = backups;
	if (plan === null) await print("No backups are scheduled.");
	else
		await print(
			`Next backup: ${nextBackup(backups) ?? "never"}, into ${plan.folder}; the newest ${plan.keep} are kept.`,
		);
	const { good, error } = state;
	await print(
		good ? `Last good one: ${good.at}, ${good.file} on ${good.host}, ${good.bytes} bytes.` : "There is none yet.",
	);
	if (error) warn(`The one of ${error.at} failed: ${error.message}`);
}
