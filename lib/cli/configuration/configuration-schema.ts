import { z } from "zod";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { containerSchedule, defaultScheduleInput, scheduleInput } from "#lib/catalog/schedules/schedule-input.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { backupPlan } from "#lib/operations/backup-plan.ts";

/** What a configuration file may hold; its JSON Schema is made of this, so a new key is in both. */
export const configurationInput = z.strictObject({
	storages: z.array(storageInput).default([]).describe("Places that can be listed and read."),
	containers: z.array(containerInput).default([]).describe("Dataset series and mosaics, and where their files are."),
	targets: z.array(targetInput).default([]).describe("Other catalogues that are kept in step with this one."),
	schedule: defaultScheduleInput
		.optional()
		.describe(
			"The schedule of all containers without their own: a cron expression, or an object. null: they run by hand; left out, it stays as it is.",
		),
	backup: backupPlan
		.nullable()
		.optional()
		.describe("Backups by themselves; null ends them, and left out they stay as they are."),
});

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * The JSON Schema of a configuration file, for editors: draft 7, which they know best. It is the schema of what is written, not of what it is
 * read as: a key that need not be there may be null, and text may hold `${NAME}`. What a schema cannot say is found by `configure --check`.
 */
export function configurationSchema(): JsonSchema {
	const schema = z.toJSONSchema(configurationInput, {
		target: "draft-7",
		io: "input",
		unrepresentable: "any",
		override: ({ zodSchema, jsonSchema }) => {
			if (zodSchema === (containerSchedule as z.core.$ZodType)) jsonSchema.anyOf = scheduleForms();
			if (zodSchema === (defaultScheduleInput as z.core.$ZodType)) jsonSchema.anyOf = scheduleForms().slice(1);
		},
	});
	return { title: "eosync configuration", ...asWritten(schema, false) };
}

function scheduleForms(): JsonSchema[] {
	const { $schema: _, ...object } = z.toJSONSchema(scheduleInput, { target: "draft-7", io: "input" });
	return [{ const: "by hand" }, { type: "string" }, object as JsonSchema, { type: "null" }];
}

/** A variable of the environment in a text. */
const variable = "\\$\\{[A-Za-z_]\\w*\\}";

/** @param isGuard its keys are null for no limit, not for a default */
function asWritten(given: JsonSchema, isGuard: boolean): JsonSchema {
	const schema: JsonSchema = { ...given };
	for (const list of ["anyOf", "oneOf", "allOf"] as const) {
		const members = schema[list]?.map((member) => asWritten(member as JsonSchema, isGuard));
		if (members !== undefined) schema[list] = members;
		// Editors show what is said of the value itself.
		const description = members?.find((member) => member.description !== undefined)?.description;
		if (description !== undefined && list === "anyOf") schema.description ??= description;
	}
	if (schema.type === "string" && schema.const === undefined) {
		delete schema.format;
		// Not every editor compiles patterns for Unicode.
		if (schema.pattern?.includes("\\p{")) delete schema.pattern;
		if (schema.pattern !== undefined) schema.pattern = `(?:${schema.pattern})|${variable}`;
	}
	if (typeof schema.items === "object" && !Array.isArray(schema.items))
		schema.items = asWritten(schema.items as JsonSchema, isGuard);
	if (typeof schema.additionalProperties === "object")
		schema.additionalProperties = orNull(asWritten(schema.additionalProperties, isGuard));
	if (schema.properties !== undefined) {
		const isLocal = (schema.properties.type as JsonSchema | undefined)?.const === "local";
		schema.properties = Object.fromEntries(
			Object.entries(schema.properties).map(([key, property]) => {
				const written = asWritten(property as JsonSchema, key === "guard");
				// Relative to the file.
				if (isLocal && key === "root") delete written.pattern;
				return [key, isGuard || schema.required?.includes(key) ? written : orNull(written)];
			}),
		);
	}
	return schema;
}

function orNull(schema: JsonSchema): JsonSchema {
	const { description, default: byDefault, ...rest } = schema;
	const told = {
		...(description === undefined ? {} : { description }),
		...(byDefault === undefined ? {} : { default: byDefault }),
	};
	if (rest.anyOf?.some((member) => (member as JsonSchema).type === "null")) return schema;
	return { ...told, anyOf: [rest, { type: "null" }] };
}

/** A key of the file: `containers[].sources[].path`. */
export interface DescribedKey {
	readonly path: string;
	readonly key: string;
	/** Of a storage. */
	readonly type?: string;
	readonly description: string | undefined;
}

/** Every key that a file may have. */
export function describedKeys(schema: JsonSchema = configurationSchema()): readonly DescribedKey[] {
	const keys: DescribedKey[] = [];
	const visit = (at: JsonSchema, path: string, type: string | undefined): void => {
		for (const member of [...(at.anyOf ?? []), ...(at.oneOf ?? [])]) visit(member as JsonSchema, path, type);
		if (typeof at.items === "object" && !Array.isArray(at.items)) visit(at.items as JsonSchema, `${path}[]`, type);
		const own = (at.properties?.type as JsonSchema | undefined)?.const;
		for (const [key, property] of Object.entries(at.properties ?? {})) {
			const { description } = property as JsonSchema;
			const of = typeof own === "string" ? own : type;
			const below = path === "" ? key : `${path}.${key}`;
			keys.push({ path: below, key, description, ...(of === undefined ? {} : { type: of }) });
			visit(property as JsonSchema, below, of);
		}
	};
	visit(schema, "", undefined);
	return keys;
}
