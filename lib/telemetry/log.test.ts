import { describe, expect, it } from "vitest";
import { openLog } from "./log.ts";

async function written(write: (log: Awaited<ReturnType<typeof openLog>>) => void, isTTY = false): Promise<string> {
	let text = "";
	const output = { isTTY, write: (part: string) => (text += part) };
	write(await openLog({ name: "worker", level: "info", secrets: ["hunter22", 'hun"ter\\33', null], output }));
	return text;
}

describe("openLog", () => {
	it("writes one JSON object per line", async () => {
		const text = await written((log) => log.info({ run: 7, container: "A", seconds: 1.5 }, "run left"));
		expect(JSON.parse(text)).toMatchObject({ level: "info", name: "worker", run: 7, container: "A", msg: "run left" });
		expect(JSON.parse(text).time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
	});

	it("writes text on a terminal", async () => {
		const text = await written((log) => log.warn({ run: 7 }, "the database fails"), true);
		expect(text).toContain("the database fails");
		expect(text).not.toMatch(/^\{/);
	});

	it("leaves out what is below the level", async () => {
		expect(await written((log) => log.debug("not now"))).toBe("");
	});

	it.each([
		["a field", { password: "s3cr3t-x" }, ""],
		["a nested field", { config: { secretAccessKey: "s3cr3t-x" } }, ""],
		["a deeper one", { storage: { config: { password: "s3cr3t-x" } } }, ""],
		["a URL in a message", {}, "postgres://eo:s3cr3t-x@db/eosync cannot be used"],
		["a header in a message", {}, "sent Authorization: Bearer s3cr3t-x.y"],
		["an error's message", { err: new Error("ftp://eo:s3cr3t-x@host said no") }, ""],
		["an error's cause", { err: new Error("no", { cause: new Error("at ftp://eo:s3cr3t-x@host") }) }, ""],
		["an error's further fields", { err: Object.assign(new Error("no"), { parameters: ["s3cr3t-x"] }) }, ""],
		["a known value, anywhere", { list: [{ deep: { er: "is hunter22!" } }] }, "hunter22"],
		["one that JSON writes otherwise", { list: [{ deep: { er: 'is hun"ter\\33!' } }] }, 'hun"ter\\33'],
	])("hides secrets in %s", async (_, fields, message) => {
		for (const isTTY of [false, true]) {
			const text = await written((log) => log.error(fields, message), isTTY);
			expect(text).not.toBe("");
			expect(text).not.toMatch(/s3cr3t-x|hunter22|hun.{1,4}ter/);
		}
	});
});
