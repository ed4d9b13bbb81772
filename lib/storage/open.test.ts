import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { storageConfig } from "./config.ts";
import { openStorage } from "./open.ts";

test.each([
	[{ type: "local", root: "/data/archive" }, true],
	[{ type: "local", root: "D:\\archive" }, true],
	[{ type: "local", root: "data" }, false],
	[{ type: "local", root: "" }, false],
	[{ type: "local", root: "/data\0" }, false],
	[{ type: "local", root: "/data", password: "x" }, false],
	[{ type: "gopher", root: "/data" }, false],
])("%j is a configuration: %j", (config, sound) => {
	expect(storageConfig.safeParse(config).success).toBe(sound);
});

test("a storage is opened by its configuration", async () => {
	await using storage = await openStorage({ type: "local", root: tmpdir() });
	expect(storage.type).toBe("local");
	expect(await storage.stat("no such file", { signal: new AbortController().signal })).toBeNull();
});
