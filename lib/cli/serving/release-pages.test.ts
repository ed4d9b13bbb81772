import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { releasePages } from "./release-pages.ts";

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
	expect(readdirSync(copies)).toEqual([next.slice(copies.length + 1)]);
});
