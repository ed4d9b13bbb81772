/**
 * Run by npm after an installation. postgres.js 3.4.9 does not expect a statement to be sent to a connection that is about to
 * be found closed, as happens when a server ends and takes several connections with it:
 * - After a socket's error it rejects what was under way, but what comes until the socket is closed waits for ever.
 * - What has not left its buffer then leaves before the next connection's greeting, if at all: it waits for a timer that was
 *   cleared (porsager/postgres#1168, #1209).
 * - Nobody waits for what it asks itself of a new connection: that this fails ends the process.
 *
 * To be deleted with a release that mends them; `database-lost.test.ts` tells.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** @type {readonly (readonly [string, string])[]} What stands in the driver, what is to stand there. */
const edits = [
	[
		"    incomings = null\n    clearImmediate(nextWriteTimer)\n",
		"    incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n",
	],
	["        return fetchArrayTypes()\n", "        return fetchArrayTypes().catch(error)\n"],
	["    !hadError && (query || sent.length) && error(", "    ;(query || sent.length) && error("],
];

const driver = join(createRequire(import.meta.url).resolve("postgres"), "../../..");
for (const name of ["src/connection.js", "cjs/src/connection.js"]) {
	const path = join(driver, name);
	const source = readFileSync(path, "utf8");
	const patched = edits.reduce((text, [before, after]) => {
		if (text.includes(after)) return text;
		if (text.split(before).length !== 2)
			throw new Error(`${path} is not the driver this was written for: see ${import.meta.filename}`);
		return text.replace(before, () => after);
	}, source);
	if (patched !== source) writeFileSync(path, patched);
}
