// Runs commands one after another in one process, for tests that give many: a line of JSON with the options of each, one of what came of it.
import "#lib/compile-cache.js";
import { createInterface } from "node:readline";

const { runCommand } = await import("./program.ts");
const answer = process.stdout.write.bind(process.stdout);
const complain = process.stderr.write.bind(process.stderr);

/** @param {(text: string) => void} take */
const taking =
	(take) =>
	/** @param {string | Uint8Array} text @param {unknown} encoding @param {unknown} done */
	(text, encoding, done) => {
		take(String(text));
		const told = typeof encoding === "function" ? encoding : done;
		if (typeof told === "function") told();
		return true;
	};

for await (const line of createInterface({ input: process.stdin })) {
	let stdout = "";
	let stderr = "";
	process.stdout.write = taking((text) => {
		stdout += text;
	});
	process.stderr.write = taking((text) => {
		stderr += text;
	});
	await runCommand(JSON.parse(line));
	process.stdout.write = answer;
	process.stderr.write = complain;
	answer(`${JSON.stringify({ status: process.exitCode, stdout, stderr })}\n`);
}
process.exit(0);
