/** Run by npm after an installation, and by `npm run postinstall`: corrects the driver in node_modules. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { correctDriver } from "./driver-edits.js";

const driver = join(createRequire(import.meta.url).resolve("postgres"), "../../..");
const corrected = correctDriver((file) => readFileSync(join(driver, file), "utf8"));
for (const [file, text] of corrected) {
	const path = join(driver, file);
	if (readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}
