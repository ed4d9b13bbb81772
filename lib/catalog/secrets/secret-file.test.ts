import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureSecretFile, readSecretFile, secretFile, writeSecretFile } from "./secret-file.ts";

let home: string;
beforeEach(async () => {
	home = join(await mkdtemp(join(tmpdir(), "eosync-secret-")), "not yet there");
});
afterEach(() => rm(join(home, ".."), { recursive: true }));

it("is made once, for its owner only, however many ask at once", async () => {
	expect(await readSecretFile(home)).toEqual([]);
	const made = await Promise.all(Array.from({ length: 20 }, () => ensureSecretFile(home)));
	expect(new Set(made.flat()).size).toBe(1);
	expect(made[0]?.[0]).toMatch(/^[\w-]{43}$/);
	expect(await ensureSecretFile(home)).toEqual(made[0]);
	expect((await stat(secretFile(home))).mode & 0o777).toBe(0o600);
	expect(await readdir(home)).toEqual(["secret"]);
});

it("keeps former secrets behind the one in force", async () => {
	await writeSecretFile(home, ["new", "old"]);
	expect(await readSecretFile(home)).toEqual(["new", "old"]);
	expect((await stat(secretFile(home))).mode & 0o777).toBe(0o600);
	expect(await readdir(home)).toEqual(["secret"]);
});

it("is not made anew when it is there and says nothing: that would lock out whatever was sealed", async () => {
	await writeSecretFile(home, []);
	await expect(ensureSecretFile(home)).rejects.toThrow(/secret, which holds the key.* it is empty/);
});

it("says which file cannot be used", async () => {
	await writeFile(home, "a file where a folder belongs");
	await expect(ensureSecretFile(home)).rejects.toThrow(`${secretFile(home)}, which holds the key`);
});
