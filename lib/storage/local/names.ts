import { opendirSync, readdirSync } from "node:fs";
import type { Problem } from "#lib/storage/storage.ts";

/** A folder of 200,000 names is read in half the time that `readdirSync` takes. */
const namesAtOnce = 1024;

/** The names in a folder, in its own order, without those that begin with `.`; those that no path can express are problems. */
export function namesIn(full: string, path: string): { names: string[]; problems: readonly Problem[] } {
	const names: string[] = [];
	let damaged = false;
	const folder = opendirSync(full, { bufferSize: namesAtOnce });
	try {
		for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
			if (entry.name.startsWith(".")) continue;
			names.push(entry.name);
			damaged ||= entry.name.includes("\uFFFD");
		}
	} finally {
		folder.closeSync();
	}
	return damaged ? readableNames(full, path) : { names, problems: [] };
}

/** The slow way: decoding replaced something by U+FFFD, unless a name really holds that character. */
function readableNames(full: string, path: string): { names: string[]; problems: readonly Problem[] } {
	const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
	const names: string[] = [];
	const problems: Problem[] = [];
	for (const bytes of readdirSync(full, { encoding: "buffer" })) {
		try {
			names.push(decoder.decode(bytes));
		} catch {
			const escaped = bytes
				.toString("latin1")
				.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
			const message = `The name “${escaped}” in ${full} is not valid UTF-8, so that it cannot be registered; rename it.`;
			if (!escaped.startsWith(".")) problems.push({ path, code: "invalid-path", message });
		}
	}
	return { names: names.filter((name) => !name.startsWith(".")), problems };
}
