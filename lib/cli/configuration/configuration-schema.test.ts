import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseDocument } from "yaml";
import { z } from "zod";
import { configurationSchema, describedKeys } from "./configuration-schema.ts";

const root = join(import.meta.dirname, "../../..");
const schema = z.fromJSONSchema(configurationSchema());
const keys = describedKeys();

it("is a JSON Schema that a program can read", () => {
	expect(configurationSchema()).toMatchObject({ $schema: "http://json-schema.org/draft-07/schema#", type: "object" });
	expect(JSON.parse(JSON.stringify(configurationSchema()))).toEqual(configurationSchema());
});

it.each(keys.map(({ path, type = "", description }) => [`${path} ${type}`.trim(), description]))(
	"describes %s: give its schema a description",
	(_, description) => {
		expect(description).toMatch(/^.{8,}[.:]$/);
	},
);

const yaml = (text: string): unknown => parseDocument(text).toJS();
const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".yaml"));
it.each(examples)("takes the example %s", (name) => {
	expect(schema.safeParse(yaml(readFileSync(join(root, "examples", name), "utf8"))).error?.issues ?? []).toEqual([]);
});

it.each([
	["null for a default", "containers: [{ id: A, kind: dataset-series, title: null, grid: null, sources: null }]"],
	[
		"variables of the environment",
		"storages: [{ name: '\u0024{NAME}', type: http, url: '\u0024{URL}', token: '\u0024{TOKEN}' }]",
	],
	["a root relative to the file", "storages: [{ name: a, type: local, root: ../archive }]"],
	[
		"a schedule in every form",
		"containers: [{ id: A, kind: dataset-series, schedule: { cron: '0 3 * * *' } }, { id: B, kind: dataset-series, schedule: by hand }]",
	],
	[
		"limits as numbers, shares and none",
		"containers: [{ id: A, kind: dataset-series, guard: { maxRemovals: 5, maxUpdates: '20%', maxRejections: null } }]",
	],
])("takes %s", (_, text) => {
	expect(schema.safeParse(yaml(text)).error?.issues ?? []).toEqual([]);
});

it.each([
	["a key that is none", "containers: [{ id: A, kind: dataset-series, titel: x }]"],
	["a kind that is none", "containers: [{ id: A, kind: series }]"],
	["a key of another type of storage", "storages: [{ name: a, type: local, root: /, host: x }]"],
	[
		"a schedule with a slip",
		"containers: [{ id: A, kind: dataset-series, schedule: { cron: '0 3 * * *', jiter: 3 } }]",
	],
])("refuses %s", (_, text) => {
	expect(schema.safeParse(yaml(text)).success).toBe(false);
});
