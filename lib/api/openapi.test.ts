import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { operations } from "#lib/api/operations/operations.ts";
import { openApiDocument } from "./openapi.ts";

it("is valid OpenAPI 3.1", async () => {
	const validator = new Validator();
	// The validator resolves references in place.
	expect(await validator.validate(structuredClone(openApiDocument({ server: "https://eosync.example.org" })))).toEqual({
		valid: true,
	});
	expect(validator.version).toBe("3.1");
	const broken = { ...openApiDocument(), paths: { "/x": { get: { responses: "none" } } } };
	expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});

it("has every call once, with what it takes", () => {
	const { paths } = openApiDocument();
	const described = Object.entries(paths).flatMap(([path, calls]) =>
		Object.keys(calls).map((method) => `${method.toUpperCase()} ${path}`),
	);
	expect(described.toSorted()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).toSorted());
	expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
	for (const { path, params } of operations) {
		const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
		expect(Object.keys(params.shape), path).toEqual(inPath);
	}
	expect(paths["/runs/{run}/approve"]?.post).toMatchObject({
		"x-eosync-role": "operator",
		requestBody: { required: true, content: { "application/json": { schema: { required: ["reason"] } } } },
		responses: { 202: {}, 401: {}, 403: {}, 404: {}, 409: {}, 413: {}, 429: {} },
	});
});

it("refers to what is there", () => {
	const document = openApiDocument();
	const text = JSON.stringify(document);
	const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? "");
	expect([...new Set(names)].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
});
