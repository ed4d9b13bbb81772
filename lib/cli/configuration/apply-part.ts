import { auditDifferences, secretText } from "#lib/access/audit/audit-diff.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { type ConfiguredContainer, configuredContainer } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { EditedMeanwhileError } from "#lib/catalog/edit-version.ts";
import { rememberFileKeys } from "#lib/catalog/file-keys.ts";
import {
	type ContainerInput,
	containerInput,
	durationOf,
	type StorageInput,
	secondsOf,
	storageInput,
} from "#lib/catalog/inputs.ts";
import { defaultSchedule, saveDefaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import { scheduleInput } from "#lib/catalog/schedules/schedule-input.ts";
import { type ConfiguredStorage, configuredStorages } from "#lib/catalog/storages/storages.ts";
import type { TargetInput } from "#lib/catalog/targets/target-inputs.ts";
import { splitUrl } from "#lib/catalog/targets/target-secrets.ts";
import { type ConfiguredTarget, configuredTargets, saveTarget } from "#lib/catalog/targets/targets.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { readBackups, saveBackupPlan } from "#lib/operations/backup-plan.ts";
import { secretFields } from "#lib/storage/config.ts";
import { configureContainer } from "#lib/sync/configure-container.ts";
import { storageEffect, unlinkEffect } from "#lib/sync/edit-effect.ts";
import { type AppliedPart, noEffect, nothing } from "./applied-part.ts";
import type { Configuration } from "./config-file.ts";
import { mergeContainer, mergeStorage, mergeTarget, type StatedKeys } from "./file-keys.ts";
import { currentIds } from "./former-containers.ts";
import { isSame } from "./is-same.ts";

/** Applies one storage, container, target or setting of a file: merges it with what is there, saves what differs, and returns what it did. */

export interface Applying<Known> {
	readonly stated: StatedKeys;
	/** As it was before the first was applied; null: there was none. */
	readonly known: Known | null;
}

export async function applyStorage(
	database: Database,
	said: StorageInput,
	{ stated, known }: Applying<ConfiguredStorage>,
): Promise<AppliedPart> {
	const { name } = said;
	const reread = async () => (await configuredStorages(database, name))[0] ?? null;
	return untilSaved(known, reread, async (before) => {
		const earlier = before && storageInput.parse({ ...before.config, name });
		const { input, kept, reset } = mergeStorage(
			{ input: said, keys: stated },
			before && earlier ? { input: earlier, keys: before.fileKeys } : null,
		);
		const effect = before === null ? noEffect : await storageEffect(database, input);
		const changed = await saved(database, { table: "storages", name, input, before, stated }, saveStorage);
		const fields = earlier && changed ? storageFields(earlier, input) : {};
		return { what: "storage", name, outcome: outcomeOf(before, changed), fields, effect, kept, reset };
	});
}

/** Secrets are not compared: they are named only where nothing else is different. */
function storageFields(before: StorageInput, after: StorageInput): AppliedPart["fields"] {
	const secrets: readonly string[] = secretFields[after.type];
	const plain = (input: StorageInput) =>
		Object.fromEntries(Object.entries(input).filter(([key]) => key !== "hostKey" && !secrets.includes(key)));
	const fields = auditDifferences(plain(before), plain(after));
	if (Object.keys(fields).length > 0) return fields;
	const entered = Object.keys(after).filter((key) => secrets.includes(key) || key === "hostKey");
	return Object.fromEntries(entered.map((key) => [key, { before: secretText, after: secretText }]));
}

export async function applyContainer(
	database: Database,
	said: ContainerInput,
	{ stated, known }: Applying<ConfiguredContainer>,
): Promise<AppliedPart> {
	const { id } = said;
	return untilSaved(
		known,
		() => configuredContainer(database, id),
		async (before) => {
			const { input, kept, reset } = mergeContainer(
				{ input: said, keys: stated },
				before && { input: before.input, keys: before.fileKeys },
			);
			const [earlier, later] = [before && canonical(before.input), canonical(input)];
			const part = { what: "container", name: id, kept, reset } as const;
			const isUnchanged = isSame(earlier, later);
			const effect =
				before === null || (isUnchanged && !before.hasRetiredSources) ? noEffect : await unlinkEffect(database, input);
			if (isUnchanged && isSame(before?.fileKeys, stated)) return { ...part, outcome: "unchanged", fields: {}, effect };
			const changed = await saved(
				database,
				{ table: "containers", name: id, input, before, stated },
				(inside, _, { version }) => configureContainer(inside, input, { create: "either", version }),
			);
			const fields = earlier && changed ? auditDifferences(earlier, later) : {};
			return { ...part, outcome: outcomeOf(before, changed), fields, effect };
		},
	);
}

export async function applyTarget(
	database: Database,
	given: TargetInput,
	{ stated, known }: Applying<ConfiguredTarget>,
): Promise<AppliedPart> {
	const { name } = given;
	const said = { ...given, containers: given.containers && [...(await currentIds(database, given.containers))] };
	const reread = async () => (await configuredTargets(database, name))[0] ?? null;
	return untilSaved(known, reread, async (before) => {
		const { input, kept, reset } = mergeTarget(
			{ input: said, keys: stated },
			before && { input: before.input, keys: before.fileKeys },
		);
		const changed = await saved(database, { table: "targets", name, input, before, stated }, saveTarget);
		const fields = before && changed ? targetFields(before.input, input) : {};
		return { ...nothing, what: "target", name, outcome: outcomeOf(before, changed), fields, kept, reset };
	});
}

/** The password is named only where nothing else is different. */
function targetFields(before: TargetInput, after: TargetInput): AppliedPart["fields"] {
	const plain = ({ password: _, ...input }: TargetInput) => ({ ...input, url: splitUrl(input).url });
	const fields = auditDifferences(plain(before), plain(after));
	return Object.keys(fields).length > 0 ? fields : { password: { before: secretText, after: secretText } };
}

/** With its keys in one order, and durations in one form. */
function canonical(input: ContainerInput): ContainerInput {
	const parsed = containerInput.parse(input);
	const { looks, after } = parsed.removals;
	return { ...parsed, removals: { looks, after: durationOf(secondsOf(after)) } };
}

function outcomeOf(before: object | null, changed: boolean): AppliedPart["outcome"] {
	return before === null ? "created" : changed ? "updated" : "unchanged";
}

export async function applyDefaultSchedule(database: Database, schedule: Schedule | null): Promise<AppliedPart> {
	const stored = (await defaultSchedule(database)).schedule;
	const before = stored && scheduleInput.parse(stored);
	const changed = await auditedCommand(database, {
		action: "settings.update",
		input: { schedule },
		work: async (inside) => {
			if (isSame(before, schedule)) return false;
			await saveDefaultSchedule(inside, schedule);
			return true;
		},
		did: (different) => different,
	});
	const name = schedule === null ? "none" : `${schedule.cron} (${schedule.zone})`;
	const fields = changed ? auditDifferences({ schedule: before }, { schedule }) : {};
	return { ...nothing, what: "default schedule", name, outcome: changed ? "updated" : "unchanged", fields };
}

export async function applyBackup(
	database: Database,
	plan: NonNullable<Configuration["backup"]> | null,
): Promise<AppliedPart> {
	const { plan: before } = await readBackups(database);
	const changed = await auditedCommand(database, {
		action: "settings.update",
		input: { backup: plan },
		work: (inside) => saveBackupPlan(inside, plan),
		did: (different) => different,
	});
	const name = plan === null ? "none by themselves" : `into ${plan.folder}, ${plan.cron} (${plan.zone})`;
	const fields = changed ? auditDifferences(before, plan) : {};
	return { ...nothing, what: "backups", name, outcome: changed ? "updated" : "unchanged", fields };
}

interface Wanted<Input> {
	readonly table: "storages" | "containers" | "targets";
	readonly name: string;
	readonly input: Input;
	readonly before: { readonly version: string; readonly fileKeys: StatedKeys | null } | null;
	readonly stated: StatedKeys;
}

/** Saves one, and which keys the file has of it. Returns whether it was different. */
function saved<Input extends object>(
	database: Database,
	{ table, name, input, before, stated }: Wanted<Input>,
	save: (inside: Database, input: Input, options: { readonly version: string | null }) => Promise<boolean>,
): Promise<boolean> {
	return auditedCommand(database, {
		action: `${table}.${before ? "update" : "create"}`,
		input,
		work: async (inside) => {
			const different = await save(inside, input, { version: before?.version ?? null });
			if (different || !isSame(before?.fileKeys, stated)) await rememberFileKeys(inside, table, name, stated);
			return different;
		},
		did: (different) => different,
	});
}

/** What the file leaves out stays as it is, so what a page has saved since it was read is read again. */
async function untilSaved<Known>(
	known: Known | null,
	reread: () => Promise<Known | null>,
	attempt: (known: Known | null) => Promise<AppliedPart>,
): Promise<AppliedPart> {
	let before = known;
	for (;;) {
		try {
			return await attempt(before);
		} catch (error) {
			if (!(error instanceof EditedMeanwhileError)) throw error;
			before = await reread();
		}
	}
}
