import type { z } from "zod";
import { configuredContainers } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import {
	containerInput,
	durationOf,
	type SourceInput,
	type StorageInput,
	secondsOf,
	sourceInput,
	storageInput,
} from "#lib/catalog/inputs.ts";
import { defaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { configuredStorages } from "#lib/catalog/storages/storages.ts";
import { type TargetInput, targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { configuredTargets } from "#lib/catalog/targets/targets.ts";
import { readBackups } from "#lib/operations/backup-plan.ts";
import { secretFields } from "#lib/storage/config.ts";
import type { Configuration } from "./config-file.ts";
import type { configurationInput } from "./configuration-schema.ts";
import { isSame } from "./is-same.ts";

/** What is in the catalogue, as a configuration file says it: sorted, without what is at its default, and without secrets. */

export type Plain = Readonly<Record<string, unknown>>;

/** Every key that a file may have is here, so that none can be forgotten. */
export type ExportedConfiguration = Readonly<
	Record<keyof z.infer<typeof configurationInput>, unknown> & {
		storages: readonly Plain[];
		containers: readonly Plain[];
		targets: readonly Plain[];
	}
> & {
	/** The names of the secrets that a storage or target has, by its name. */
	readonly secrets: Readonly<Record<"storages" | "containers" | "targets", ReadonlyMap<string, readonly string[]>>>;
};

export async function exportedConfiguration(database: Database): Promise<ExportedConfiguration> {
	const storages = await configuredStorages(database);
	const containers = await configuredContainers(database);
	const targets = await configuredTargets(database);
	const { schedule } = await defaultSchedule(database);
	const { plan } = await readBackups(database);
	return {
		...exportedInputs({
			storages: storages.map(({ name, config }) => ({ ...config, name })),
			containers: containers.map(({ input }) => input),
			targets: targets.map(({ input }) => input),
			schedule,
			backup: plan,
		}),
		secrets: {
			storages: new Map(
				storages.map(({ name, sealed }) => [name, sealed === null ? [] : Object.keys(JSON.parse(sealed))]),
			),
			containers: new Map(),
			targets: new Map(targets.map(({ input, hasPassword }) => [input.name, hasPassword ? ["password"] : []])),
		},
	};
}

/** The same of what a file says. */
export function exportedInputs({
	storages,
	containers,
	targets,
	schedule,
	backup,
}: Pick<Configuration, "storages" | "containers" | "targets" | "schedule" | "backup">): Omit<
	ExportedConfiguration,
	"secrets"
> {
	return {
		storages: storages.map(exportedStorage),
		containers: containers.map(exportedContainer),
		targets: targets.map(exportedTarget),
		schedule: scheduleOf(schedule ?? null),
		backup: backup ?? undefined,
	};
}

function exportedStorage({ name, type, ...config }: StorageInput): Plain {
	const shape = storageInput.options.find((option) => option.shape.type.value === type)?.shape ?? {};
	const secrets: readonly string[] = secretFields[type];
	const plain = Object.entries(config).filter(([key]) => !secrets.includes(key));
	return { name, type, ...inOrder(shape, withoutDefaults(shape, Object.fromEntries(plain))) };
}

function exportedContainer(input: z.infer<typeof containerInput>): Plain {
	const { id, kind, ...rest } = containerInput.parse(input);
	const { guard, schedule, sources, ...others } = rest;
	const removals = { looks: rest.removals.looks, after: durationOf(secondsOf(rest.removals.after)) };
	const groups = {
		schedule: scheduleOf(schedule),
		guard: Object.keys(guard).length === 0 ? undefined : guard,
		removals: isSame(removals, containerInput.parse({ id, kind }).removals) ? undefined : removals,
		sources: sources.length === 0 ? undefined : sources.map(exportedSource),
	};
	const { shape } = containerInput;
	return {
		id,
		kind,
		...inOrder(shape, { ...withoutDefaults(shape, { ...others, removals: undefined }), ...given(groups) }),
	};
}

/** Without its password, also where that stands in the address. */
function exportedTarget({ name, type, url, password: _, containers, ...rest }: TargetInput): Plain {
	const plain = new URL(url);
	plain.password = "";
	const { shape } = targetInput;
	const sorted = {
		containers: containers === null ? null : containers.toSorted(),
		rangeTypes: byKey(rest.rangeTypes),
		storages: byKey(rest.storages),
	};
	return { name, ...inOrder(shape, withoutDefaults(shape, { ...rest, type, url: plain.href, ...sorted })) };
}

function byKey(names: Readonly<Record<string, string>>): Plain {
	return Object.fromEntries(Object.entries(names).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function exportedSource(source: SourceInput): Plain {
	return inOrder(sourceInput.shape, withoutDefaults(sourceInput.shape, source));
}

/** A cron expression alone says the rest's defaults. */
function scheduleOf(schedule: z.infer<typeof containerInput>["schedule"]): unknown {
	if (schedule === null || schedule === "by hand") return schedule ?? undefined;
	const { cron, zone, kind, jitter, ...others } = schedule;
	const further = given({
		zone: zone === "UTC" ? undefined : zone,
		kind: kind === "sync" ? undefined : kind,
		...others,
		jitter: jitter === 0 ? undefined : jitter,
	});
	return Object.keys(further).length === 0 ? cron : { cron, ...further };
}

type Shape = Readonly<Record<string, z.ZodType>>;

function withoutDefaults(shape: Shape, values: object): Plain {
	return Object.fromEntries(
		Object.entries(values).filter(([key, value]) => {
			const byDefault = shape[key]?.safeParse(undefined);
			return value !== undefined && !(byDefault?.success && isSame(value, byDefault.data));
		}),
	);
}

function inOrder(shape: Shape, values: Plain): Plain {
	const keys = Object.keys(shape);
	return Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => keys.indexOf(a) - keys.indexOf(b)));
}

function given(values: Plain): Plain {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
