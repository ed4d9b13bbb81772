import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { securityHeaders, sonnerStyles } from "./security-headers.ts";

const policy = (https: boolean) => securityHeaders({ nonce: "abc", https });

it("runs no inline script without the nonce, and nothing from elsewhere", () => {
	const directives = policy(false)["content-security-policy"].split("; ");
	expect(directives).toContain("default-src 'none'");
	expect(directives).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'");
	for (const directive of directives) expect(directive).not.toMatch(/unsafe-eval|script-src.*unsafe-inline|https?:|\*/);
});

it("asks for https only where users come by it", () => {
	expect(policy(true)).toHaveProperty("strict-transport-security");
	expect(policy(false)).not.toHaveProperty("strict-transport-security");
});

it("allows the style sheet that the installed sonner writes into pages", () => {
	const folder = dirname(createRequire(import.meta.url).resolve("sonner"));
	const [, literal = ""] =
		/__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(readFileSync(join(folder, "index.mjs"), "utf8")) ?? [];
	const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
	expect(sonnerStyles).toEqual([hash(""), hash(JSON.parse(literal))]);
});
