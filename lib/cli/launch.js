#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=60
// The flags: see `node-flags.ts`.
//
// What `npx eosync` and `npx eoxs_synchronize` start. Plain JavaScript: the machine's own Node may be too old for the
// rest, which then runs under the one that npm installed with the project.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("./main.js", import.meta.url));
const ownNode = fileURLToPath(new URL("../../node_modules/node/bin/node", import.meta.url));
const isOriginal = basename(process.argv[1] ?? "").startsWith("eoxs_synchronize");
const options = [...(isOriginal ? ["sync"] : []), ...process.argv.slice(2)];

if (Number.parseInt(process.versions.node, 10) >= 24) {
	process.argv = [process.execPath, main, ...options];
	await import(main);
} else if (existsSync(ownNode)) {
	runWith(ownNode);
} else {
	console.error(
		`eosync needs Node 24 or later; this is ${process.version}. In a checkout npm ci, without --ignore-scripts, brings it.`,
	);
	process.exitCode = 1;
}

/** @param {string} node */
function runWith(node) {
	// The channel shows the child that this process is gone, however it ended.
	const child = spawn(node, [...process.execArgv, main, ...options], {
		stdio: ["inherit", "inherit", "inherit", "ipc"],
	});
	for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
		process.on(signal, () => child.kill(signal));
	}
	// npm's shell passes no signals on; when it is gone, so is the person who wanted this command.
	const parent = process.ppid;
	// biome-ignore lint/style/noProcessEnv: nothing of the program can be imported by this Node
	if (process.env.npm_command) {
		setInterval(() => process.ppid !== parent && !child.killed && child.kill(), 500).unref();
	}
	child.on("error", (error) => {
		console.error(`eosync cannot be started with ${node}: ${error.message}`);
		process.exitCode = 1;
	});
	child.on("exit", (status, signal) => {
		process.exitCode = status ?? (signal === "SIGINT" ? 130 : 1);
	});
}
