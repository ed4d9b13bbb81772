import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { isAlive, signalProcess } from "./process-signal.ts";

it("tells a process that runs from one that ended, and a signal to the latter harms nothing", async () => {
	const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
	const pid = child.pid ?? Number.NaN;
	expect(isAlive(pid)).toBe(true);
	expect(signalProcess(pid, "SIGKILL")).toBe(true);
	await once(child, "exit");
	expect(isAlive(pid)).toBe(false);
	expect(signalProcess(pid, "SIGKILL")).toBe(false);
});

it("finds no process where the number cannot be one", () => {
	expect([0, -1, Number.NaN].map(isAlive)).toEqual([false, false, false]);
});
