import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isAddressOf } from "#components/ui/address/own-address.ts";

const root = join(import.meta.dirname, "..");

/** What takes an address as it is; Next's links and router add the path that the dashboard is below by themselves. */
const raw = [
	/\bfetch\(\s*["'`]\//,
	/location\.(assign|replace)\(\s*["'`]\//,
	/location\.assign\((?!url\)|ownAddress\()/,
	/location\.href\s*=[^=]/,
	/<(a|img|form|iframe)\b[^>]*\b(href|src|action)=["'`{]+\//,
];

it("pages ask for their own addresses by ownAddress, which knows the path that they are below", () => {
	const files = globSync("{app,components}/**/*.{ts,tsx}", { cwd: root }).filter(
		(file) => !/\.test\.|own-address\.ts/.test(file),
	);
	expect(files.length).toBeGreaterThan(200);
	const found = files.flatMap((file) => {
		const text = readFileSync(join(root, file), "utf8");
		return raw.flatMap((pattern) => pattern.exec(text)?.[0] ?? []).map((match) => `${file}: ${match}`);
	});
	expect(found).toEqual([]);
});

it.each([
	["/", "/", "", true],
	["/", "/eosync", "/eosync", true],
	["/runs", "/eosync/runs", "/eosync", true],
	["/runs", "/eosync", "/eosync", false],
	["/", "/runs", "", false],
])("%s is the page at %s below %j: %s", (path, address, base, expected) => {
	expect(isAddressOf(path, address, base)).toBe(expected);
});
