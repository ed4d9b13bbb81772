import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { correctedDriver, requireCorrected } from "./driver.ts";
import { correctDriver } from "./driver-edits.js";

const installed = join(createRequire(import.meta.url).resolve("postgres"), "../../..");

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-driver-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A driver of its own, changed. */
async function driverWith(change: (index: string) => string): Promise<object> {
	const copy = mkdtempSync(join(folder, "driver-"));
	cpSync(installed, copy, { recursive: true });
	const index = join(copy, "src/index.js");
	writeFileSync(index, change(readFileSync(index, "utf8")));
	return ((await import(pathToFileURL(index).href)) as { readonly default: object }).default;
}

describe("the driver", () => {
	it("that npm installed here is taken", () => {
		expect(correctedDriver()).toBeTypeOf("function");
	});

	it("is refused as its authors publish it, with what to do", async () => {
		const bare = await driverWith((index) => index.replace(/^ {2}eosync: .*\n/m, ""));
		expect(() => requireCorrected(bare)).toThrow(/lacks eosync's corrections.*npm run postinstall/);
	});

	it("is refused with the corrections of another eosync", async () => {
		const other = await driverWith((index) => index.replace(/eosync: '[^']*'/, "eosync: '000000000000'"));
		expect(() => requireCorrected(other)).toThrow(/corrections of another eosync.*npm run postinstall/);
	});

	it("is corrected once, whatever was corrected before", () => {
		const read = (file: string) => readFileSync(join(installed, file), "utf8");
		const again = correctDriver(read);
		for (const [file, text] of again) expect(text, file).toBe(read(file));
		const older = correctDriver((file) => read(file).replace(/eosync: '[^']*'/, "eosync: 'older'"));
		expect(older).toEqual(again);
	});

	it("of another version is not changed at all", () => {
		expect(() => correctDriver(() => "export default Postgres\n")).toThrow(
			/connection.js of postgres.js is not the one/,
		);
	});
});
