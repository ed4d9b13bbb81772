import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readEnv } from "#lib/env.ts";

const root = join(import.meta.dirname, "../..");
const files = readdirSync(join(root, "deploy"), { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

it.each(files.filter((file) => file.endsWith(".yaml")))("%s is YAML without a fault", (file) => {
	const documents = parseAllDocuments(readFileSync(join(root, file), "utf8"));
	expect(documents.length).toBeGreaterThan(0);
	for (const document of documents) {
		const faults = [...(document as { readonly errors: readonly Error[] }).errors];
		expect(faults).toEqual([]);
	}
});

it("names only variables of the environment that eosync reads", () => {
	const source = readFileSync(join(root, "lib/env.ts"), "utf8");
	const named = files.flatMap((file) => readFileSync(join(root, file), "utf8").match(/\bEOSYNC_[A-Z_]+/g) ?? []);
	expect(named.length).toBeGreaterThan(10);
	expect(named.filter((name) => !source.includes(`${name}:`))).toEqual([]);
	expect(() =>
		readEnv({ EOSYNC_URL: "https://eosync.example.org", EOSYNC_METRICS_PORT: "9464", EOSYNC_PROXIES: "1" }),
	).not.toThrow();
});
