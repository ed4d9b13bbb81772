import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { z } from "zod";
import { parseConfiguration } from "./config-file.ts";
import { configurationSchema, describedKeys } from "./configuration-schema.ts";
import { randomConfiguration, randomSource } from "./testing.ts";

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

describe("of configurations at random, damaged somewhere or not", () => {
	const damages = [null, "x", "", 0, -1, 1.5, 1e12, true, [], [null], {}, { nokey: 1 }] as const;

	/** Replaces, takes out or adds something at a random place. */
	function damaged(value: unknown, next: (below: number) => number): unknown {
		const isList = Array.isArray(value);
		if (typeof value !== "object" || value === null || next(5) === 0) return damages[next(damages.length)];
		const keys = Object.keys(value);
		const key = keys[next(keys.length)];
		const copy: Record<string, unknown> = { ...value };
		if (key === undefined || (!isList && next(8) === 0)) copy[`${key ?? "no"}key`] = damages[next(damages.length)];
		else if (next(8) === 0) delete copy[key];
		else copy[key] = damaged(copy[key], next);
		return isList ? Object.values(copy) : copy;
	}

	/** Not as a whole: a file of comments is taken, and what has no value is no mapping to editors either. */
	function damagedOnce(whole: object, next: (below: number) => number): unknown {
		const changed = damaged(whole, next);
		return changed === null ? whole : changed;
	}

	const refusal = (document: unknown): string | null => {
		try {
			parseConfiguration({ text: JSON.stringify(document), file: "/eosync.yaml", variable: () => "x" });
			return null;
		} catch (error) {
			return String(error);
		}
	};

	it("the schema takes what the program takes, and refuses keys that are none and values of other types as it does", () => {
		let both = 0;
		for (let seed = 1; seed <= 300; seed += 1) {
			const next = randomSource(seed * 7919);
			const whole = randomConfiguration(seed);
			const document = seed % 4 === 0 ? whole : damagedOnce(whole, next);
			const refused = refusal(document);
			const { success: isValid, error } = schema.safeParse(document);
			if (refused === null) expect(error?.issues ?? [], JSON.stringify(document)).toEqual([]);
			else if (!isValid) both += 1;
			else if (process.env.EOSYNC_SCHEMA_SAYS) console.log(refused);
			if (/There is no such key here|expected (?:string|number|boolean|array|object)/.test(refused ?? ""))
				expect(isValid, `${refused}\n${JSON.stringify(document)}`).toBe(false);
		}
		expect(both).toBeGreaterThan(50);
	});

	it("have every key that there is", () => {
		const found = new Set<string>();
		const visit = (value: unknown, path: string, type: string): void => {
			if (Array.isArray(value)) for (const each of value) visit(each, `${path}[]`, type);
			else if (typeof value === "object" && value !== null)
				for (const [key, each] of Object.entries(value)) {
					const below = path === "" ? key : `${path}.${key}`;
					const own = "type" in value && path === "storages[]" ? String(value.type) : type;
					found.add(`${below} ${own}`.trim());
					visit(each, below, own);
				}
		};
		for (let seed = 1; seed <= 80; seed += 1) visit(randomConfiguration(seed), "", "");
		const wanted = keys.map(({ path, type = "" }) => `${path} ${path.startsWith("storages") ? type : ""}`.trim());
		expect(wanted.filter((key) => !found.has(key))).toEqual([]);
	});
});
