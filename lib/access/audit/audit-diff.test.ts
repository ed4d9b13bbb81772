import { describe, expect, it } from "vitest";
import { auditDifferences, secretText, withoutSecrets } from "./audit-diff.ts";

describe("withoutSecrets", () => {
	it.each([
		[
			{ password: "x", user: "ada" },
			{ password: secretText, user: "ada" },
		],
		[{ password: null }, { password: null }],
		[{ a: [{ secretAccessKey: "x", accessKeyId: "id" }] }, { a: [{ secretAccessKey: secretText, accessKeyId: "id" }] }],
		[
			{ privateKey: "x", passphrase: "y", link: "z", token: "t" },
			{ privateKey: secretText, passphrase: secretText, link: secretText, token: secretText },
		],
		[{ url: "https://hooks.example.org/T0/secret" }, { url: secretText }],
		[7, 7],
		["a".repeat(600), `${"a".repeat(500)}…`],
	])("%j", (value, expected) => expect(withoutSecrets(value)).toEqual(expected));

	it("is bounded", () => {
		const expected = withoutSecrets({ containers: Array.from({ length: 5000 }, () => "a".repeat(255)) });
		expect(JSON.stringify(expected).length).toBeLessThan(30_000);
		expect(expected).toMatchObject({ containers: expect.arrayContaining(["… and 4900 more"]) });
		let deep: unknown = 1;
		for (let i = 0; i < 10_000; i += 1) deep = [deep];
		expect(JSON.stringify(withoutSecrets(deep)).length).toBeLessThan(40);
	});
});

describe("differences", () => {
	it.each([
		[{ a: 1 }, { a: 1 }, {}],
		[{ a: 1, b: 2 }, { a: 1, b: 3 }, { b: { before: 2, after: 3 } }],
		[null, { a: { b: "x" } }, { "a.b": { before: null, after: "x" } }],
		[{ a: null }, {}, {}],
		[{ list: [1, 2] }, { list: [1, 3] }, { list: { before: [1, 2], after: [1, 3] } }],
		[{ list: [{ a: 1 }] }, { list: [] }, { "list.0.a": { before: 1, after: null } }],
		[{ flag: true }, { flag: false }, { flag: { before: true, after: false } }],
		[
			{ secrets: { password: "sealed 1" } },
			{ secrets: { password: "sealed 2", token: "sealed 3" } },
			{
				"secrets.password": { before: secretText, after: secretText },
				"secrets.token": { before: null, after: secretText },
			},
		],
	])("%j → %j", (before, after, expected) => expect(auditDifferences(before, after)).toEqual(expected));
});
