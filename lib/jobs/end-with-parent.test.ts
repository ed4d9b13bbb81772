import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { childEnvironment } from "#lib/env.ts";
import { isAlive } from "#lib/process-signal.ts";

it("ends a program whose shell was killed, as npm's is", async () => {
	const module = join(import.meta.dirname, "end-with-parent.ts");
	const program = `console.log(process.pid); setInterval(() => {}, 1000);`;
	const shell = spawn("sh", ["-c", `"$0" --import "$1" -e "$2"; true`, process.execPath, module, program], {
		env: childEnvironment({ npm_command: "exec" }),
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [first] = await createInterface(shell.stdout)
		[Symbol.asyncIterator]()
		.next()
		.then(({ value }) => [Number(value)]);
	expect(first).toBeGreaterThan(0);
	shell.kill("SIGKILL");
	while (isAlive(first ?? 0)) await pause(50);
});
