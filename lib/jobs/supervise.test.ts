import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isAlive } from "#lib/process-signal.ts";
import { again, type Service, supervise } from "./supervise.ts";

let logs: string;
beforeEach(() => {
	logs = mkdtempSync(join(tmpdir(), "eosync supervise "));
});
afterEach(() => rmSync(logs, { recursive: true, force: true }));

/** A service that writes its process ID whenever it starts. */
function service(script: string, grace = 10_000): Service {
	const file = join(logs, "service.mjs");
	writeFileSync(
		file,
		`import { appendFileSync } from "node:fs";\nappendFileSync(${JSON.stringify(join(logs, "pids"))}, process.pid + "\\n");\n${script}`,
	);
	const endWithParent = join(import.meta.dirname, "end-with-parent.ts");
	return { name: "service", options: ["--import", endWithParent, file], env: { MARK: "42" }, grace };
}

/** Those that have started, once there are so many. */
async function pids(count: number): Promise<readonly number[]> {
	for (;;) {
		try {
			const found = readFileSync(join(logs, "pids"), "utf8").trim().split("\n");
			if (found.length >= count) return found.map(Number);
		} catch {
			// None has started yet.
		}
		await pause(20);
	}
}

async function gone(pid: number): Promise<void> {
	while (isAlive(pid)) await pause(20);
}

it("starts a service again that dies, and says what its log said", async () => {
	const said: string[] = [];
	const stop = new AbortController();
	const supervised = supervise(service(`console.log("mark", process.env.MARK); setInterval(() => {}, 1000);`), {
		logs,
		signal: stop.signal,
		say: (line) => said.push(line),
	});
	const [first] = await pids(1);
	// It writes its number first.
	while (!readFileSync(join(logs, "service.log"), "utf8").includes("mark 42")) await pause(20);
	process.kill(first ?? 0, "SIGKILL");
	const [, second] = await pids(2);
	expect(said.join("\n")).toMatch(/The service process ended \(SIGKILL\)[\s\S]*mark 42/);
	stop.abort();
	await supervised;
	await gone(second ?? 0);
});

it("starts a service again that hangs: that lives, and answers no more", async () => {
	const said: string[] = [];
	const stop = new AbortController();
	const hangs = `process.on("message", () => setTimeout(() => { for (;;); }, 50)); setInterval(() => {}, 1000);`;
	const supervised = supervise(service(hangs), {
		logs,
		signal: stop.signal,
		say: (line) => said.push(line),
		pingEvery: 100,
	});
	const [first] = await pids(2);
	await gone(first ?? 0);
	expect(said.join("\n")).toMatch(/did not answer 6 times in a row and was killed/);
	stop.abort();
	await supervised;
});

it("kills a service that does not end by itself in time", async () => {
	const stop = new AbortController();
	const supervised = supervise(service(`process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`, 300), {
		logs,
		signal: stop.signal,
		say: () => {},
	});
	const [pid] = await pids(1);
	stop.abort();
	await supervised;
	await gone(pid ?? 0);
});

it("does not start what was stopped before", async () => {
	await supervise(service(""), { logs, signal: AbortSignal.abort(), say: () => {} });
	expect(() => readFileSync(join(logs, "pids"))).toThrow(/ENOENT/);
});

it("leaves no service behind when the supervisor itself is killed", async () => {
	const { options } = service("setInterval(() => {}, 1000);");
	const supervisor = join(logs, "supervisor.mjs");
	const module = JSON.stringify(join(import.meta.dirname, "supervise.ts"));
	const own = { name: "service", options, env: {}, grace: 10_000 };
	writeFileSync(
		supervisor,
		`const { supervise } = await import(${module});
		await supervise(${JSON.stringify(own)}, { logs: ${JSON.stringify(logs)}, signal: new AbortController().signal, say() {} });`,
	);
	const stop = new AbortController();
	const outer = { name: "supervisor", options: [supervisor], env: {}, grace: 0 };
	const supervised = supervise(outer, { logs, signal: stop.signal, say: () => {} });
	const [pid] = await pids(1);
	stop.abort();
	await supervised;
	await gone(pid ?? 0);
});

it("tries again what failed for a reason that may pass, and says it", async () => {
	const said: string[] = [];
	const stop = new AbortController();
	let attempts = 0;
	const attempt = async () => {
		if (++attempts === 1) throw new Error("the disk is full");
		stop.abort();
		return "ended";
	};
	await again(attempt, { signal: stop.signal, say: (line) => said.push(line) });
	expect(said).toEqual(["the disk is full\nIt is started again in 0.5 s."]);
	const fails = again(() => Promise.reject(new Error("no such user")), {
		signal: new AbortController().signal,
		say() {},
		passes: () => false,
	});
	await expect(fails).rejects.toThrow("no such user");
});

it("starts a service whose log cannot be made as soon as it can", async () => {
	writeFileSync(join(logs, "not a folder"), "");
	const said: string[] = [];
	const stop = new AbortController();
	const place = join(logs, "not a folder", "logs");
	const supervised = supervise(service("setInterval(() => {}, 1000);"), {
		logs: place,
		signal: stop.signal,
		say(line) {
			said.push(line);
			rmSync(join(logs, "not a folder"), { force: true });
		},
	});
	const [pid] = await pids(1);
	stop.abort();
	await supervised;
	await gone(pid ?? 0);
	expect(said[0]).toMatch(/EEXIST|ENOTDIR/);
});
