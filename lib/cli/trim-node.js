/**
 * Run by npm after an installation. The package "node" has 67 MB of headers with it, with which add-ons in C are compiled;
 * eosync has none that are, so the headers are removed.
 */
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const packages = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "node_modules");
for (const name of readdirSync(packages)) {
	if (/^node-\w+-\w+$/.test(name)) rmSync(join(packages, name, "include"), { recursive: true, force: true });
}
