import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { releasePages } from "./release-pages.ts";
import { claimCopy } from "./used-copies.ts";

let folder: string;
let web: string;
let copies: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-pages-"));
	web = join(folder, "web");
	copies = join(folder, "home/pages");
	for (const path of ["node_modules/next", ".next/node_modules/pino-1", ".next/server"])
		mkdirSync(join(web, path), { recursive: true });
	writeFileSync(join(web, "node_modules/next/index.js"), "");
	writeFileSync(join(web, ".next/BUILD_ID"), "first");
	writeFileSync(join(web, "server.js"), 'basePath: "", page: "ä/_next/a.js"');
	writeFileSync(join(web, ".next/server/routes.json"), '{"regex":"^(?:/runs)$"}');
	writeFileSync(join(web, "base-path.json"), '{"server.js":[[11,0],[22,0]],".next/server/routes.json":[[11,2]]}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("serves the release's own files where there is no path", () => {
	expect(releasePages(web, "", copies)).toBe(web);
	expect(existsSync(copies)).toBe(false);
});

it("writes a path into a copy, also into regular expressions, and finds the packages", () => {
	const copy = releasePages(web, "/eo/sync", copies);
	expect(readFileSync(join(copy, "server.js"), "utf8")).toBe('basePath: "/eo/sync", page: "ä/eo/sync/_next/a.js"');
	const routes = readFileSync(join(copy, ".next/server/routes.json"), "utf8");
	expect(routes).toBe('{"regex":"^\\\\/eo\\\\/sync(?:/runs)$"}');
	expect(realpathSync(join(copy, "node_modules/next"))).toBe(realpathSync(join(web, "node_modules/next")));
	expect(existsSync(join(copy, ".next/node_modules/pino-1"))).toBe(true);
	expect(readFileSync(join(web, "server.js"), "utf8")).toContain('basePath: ""');
});

it("makes a copy once, and removes those of other paths and releases", () => {
	const copy = releasePages(web, "/eosync", copies);
	writeFileSync(join(copy, "kept"), "");
	expect(releasePages(web, "/eosync", copies)).toBe(copy);
	expect(existsSync(join(copy, "kept"))).toBe(true);
	writeFileSync(join(web, ".next/BUILD_ID"), "second");
	const next = releasePages(web, "/eosync", copies);
	expect(copiesIn(copies)).toEqual([basename(next)]);
});

it("keeps what another running process uses or makes, and not what is left of one that ended", async () => {
	const others = join(folder, "compiled");
	const other = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "inherit"] });
	const gone = spawnSync(process.execPath, ["--version"]).pid;
	const noted = (name: string, pid: unknown, host = hostname()) =>
		writeFileSync(join(others, `${name}.used-by-${pid}@${host}`), "");
	for (const name of ["0.1.0", "0.2.0", "0.3.0", "0.4.0", `0.5.0.new-${other.pid}`, `0.5.0.new-${gone}`, "v24.1.0-x64"])
		mkdirSync(join(others, name), { recursive: true });
	noted("0.1.0", other.pid);
	noted("0.2.0", gone);
	noted("0.3.0", 1, "another-machine");
	// What was this number before, in the container that this one takes the place of.
	noted("0.4.0", process.pid);
	claimCopy(others, "0.6.0");
	expect(copiesIn(others)).toEqual(["0.1.0", "0.3.0", `0.5.0.new-${other.pid}`]);
	utimesSync(join(others, "0.3.0.used-by-1@another-machine"), 0, 0);
	other.stdin.end();
	await once(other, "exit");
	claimCopy(others, null);
	expect(readdirSync(others)).toEqual([]);
});

function copiesIn(path: string): readonly string[] {
	const entries = readdirSync(path, { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.sort();
}
