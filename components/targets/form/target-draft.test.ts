import { expect, test } from "vitest";
import { sameServer } from "#lib/catalog/targets/target-address.ts";
import { type TargetInput, targetInput } from "#lib/catalog/targets/target-inputs.ts";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import { draftToTarget, targetToDraft } from "./target-draft.ts";

const input = targetInput.parse({
	name: "eox",
	url: "postgres://eox@db.example.org/eox",
	rangeTypes: { MER_RGB: "RGB" },
	storages: { archive: "/mnt/archive", other: "https://example.org/data" },
	containers: ["S2_L1C"],
	visible: { wcs: ["mosaics"], wms: "none", os: "none" },
	as: "product",
});
const saved = (over: Partial<TargetInput> = {}) =>
	targetToDraft({ name: "eox", input: { ...input, ...over }, hasPassword: true } as TargetView);

test("a target that is opened and saved is the same", () => {
	expect(targetInput.parse(draftToTarget(saved()))).toEqual(input);
	expect(targetInput.parse(draftToTarget(saved({ containers: null })))).toEqual({ ...input, containers: null });
	for (const schedule of [null, "0 4 * * *"])
		expect(targetInput.parse(draftToTarget(saved({ schedule })))).toEqual({ ...input, schedule });
});

test("a password that is left empty stays, one that is typed is sent as it is, one that is removed is null", () => {
	expect(draftToTarget(saved())).not.toHaveProperty("password");
	expect(draftToTarget({ ...saved(), password: " with spaces " })).toMatchObject({ password: " with spaces " });
	expect(draftToTarget({ ...saved(), removesPassword: true })).toMatchObject({ password: null });
});

test("lines without any text are left out, half of one is not", () => {
	const rows = [
		{ ours: " archive ", theirs: " /data " },
		{ ours: "", theirs: "" },
	];
	expect(draftToTarget({ ...saved(), storages: rows })).toMatchObject({ storages: { archive: "/data" } });
	const half = targetInput.safeParse(draftToTarget({ ...saved(), storages: [{ ours: "archive", theirs: "" }] }));
	expect(half.error?.issues[0]?.path).toEqual(["storages", "archive"]);
});

test.each([
	["postgres://a@h/x", "postgres://b:pw@h:5432/y", true],
	["postgres://a@h/x", "postgres://a@h:5433/x", false],
	["postgres://a@h/x", "postgres://a@other/x", false],
	["postgres://a@h/x", "postgres://a@h/x?sslmode=require", false],
	["postgres://a@h/x", "no address", false],
])("whether %s and %s are one server: %s", (a, b, expected) => {
	expect(sameServer(a, b)).toBe(expected);
});
