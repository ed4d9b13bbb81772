import { describe, expect, it } from "vitest";
import { storageInput } from "#lib/catalog/inputs.ts";
import type { StorageView } from "#lib/catalog/storages/storage-views.ts";
import { type StorageConfig, secretFields, storageConfig } from "#lib/storage/config.ts";
import { draftToInput, isElsewhere, isSecret, type StorageDraft, storageToDraft } from "./storage-draft.ts";
import { fieldsByType } from "./storage-fields.ts";

const view = (config: StorageConfig, secrets: readonly string[] = []): StorageView => ({
	id: 1,
	version: "v1",
	name: "partner",
	config,
	secrets,
	containers: [],
	unreachable: null,
	probe: null,
	pause: null,
	closed: null,
	createdAt: "2026-01-01T00:00:00Z",
});
const draft = (type: StorageDraft["type"], values: StorageDraft["values"], removed: readonly string[] = []) =>
	draftToInput({ name: " partner ", type, values, removed });

const storageTypes = storageConfig.options.map(({ shape }) => shape.type.value);
describe.each(storageTypes)("%s", (type) => {
	const schema = storageConfig.options.find(({ shape }) => shape.type.value === type);
	const fields = fieldsByType[type];

	it("has a field for everything that can be configured, and no other", () => {
		const configurable = Object.keys(schema?.shape ?? {}).filter((field) => field !== "type");
		expect(fields.map(({ name }) => name).sort()).toEqual(configurable.sort());
	});

	it("asks for secrets as secrets", () => {
		expect(
			fields
				.filter(isSecret)
				.map(({ name }) => name)
				.sort(),
		).toEqual([...secretFields[type]].sort());
	});

	it("offers the choices that there are", () => {
		for (const { name, options } of fields) {
			const allowed = JSON.stringify(schema?.shape[name as "type"])?.match(/"enum":({[^}]*})/)?.[1];
			// The empty choice is the default, which no value stands for.
			const offered = Object.keys(options ?? {}).filter((value) => value !== "");
			if (options) expect(offered).toEqual(Object.keys(JSON.parse(allowed ?? "{}")));
		}
	});
});

const examples: readonly object[] = [
	{ type: "local", root: "/data" },
	{
		type: "ftp",
		host: "ftp.example.org",
		port: 2121,
		user: "eo",
		tls: "explicit",
		verifyCertificate: false,
		mlsd: "off",
		parallel: 3,
	},
	{ type: "sftp", host: "h", user: "eo", hostKey: `SHA256:${"A".repeat(43)}`, root: "/pub", timeout: 20 },
	{ type: "s3", bucket: "eo-data", prefix: "l1", credentials: "keys", accessKeyId: "AK", pathStyle: true },
	{ type: "http", url: "https://eo.example.org/", listing: "webdav", user: "u", requestsPerSecond: 0.5 },
	{ type: "rasdaman", url: "https://ras.example.org", show: "coverages", coverageArrays: true },
];
it.each(examples)("takes $type to the form and back as it is", (example) => {
	const config = storageConfig.parse(example);
	expect(storageInput.parse(draftToInput(storageToDraft(view(config))))).toEqual({ ...config, name: "partner" });
});

it("leaves out what is empty, so that defaults hold and secrets stay", () => {
	const input = draft("ftp", { host: " ftp.example.org ", user: "", password: "", port: "", root: "" });
	expect(input).toMatchObject({ name: "partner", host: "ftp.example.org" });
	for (const field of ["user", "password", "port", "root"]) expect(input).not.toHaveProperty(field);
	expect(storageInput.parse(input)).toMatchObject({ user: "anonymous", root: "/", verifyCertificate: true });
});

it("takes a secret as it was typed, and removes one that is to go", () => {
	expect(draft("ftp", { host: "h", password: " a b " })).toMatchObject({ password: " a b " });
	expect(draft("ftp", { host: "h" }, ["password"])).toMatchObject({ password: null });
	expect(draft("sftp", { host: "h", user: "u" }, ["hostKey"])).toMatchObject({ hostKey: null });
	expect(draft("ftp", { host: "h", password: "new" }, ["password"])).toMatchObject({ password: "new" });
});

it("keeps no secret that its form no longer shows", () => {
	const keys = { bucket: "eo", accessKeyId: "AK", secretAccessKey: "SK" };
	expect(draft("s3", { ...keys, credentials: "keys" })).toMatchObject(keys);
	const anonymous = draft("s3", { ...keys, credentials: "anonymous" });
	expect(anonymous).toMatchObject({ secretAccessKey: null, sessionToken: null });
	expect(anonymous).not.toHaveProperty("accessKeyId");
	expect(draft("s3", keys)).toMatchObject({ secretAccessKey: null }); // The default is the machine's own.
});

it("distinguishes a malformed number from an empty field", () => {
	expect(draft("ftp", { host: "h", port: "x" }).port).toBeNaN();
	expect(storageInput.safeParse(draft("ftp", { host: "h", port: "x" })).success).toBe(false);
});

it.each([
	["nothing", {}, false],
	["the folder", { root: "/new" }, false],
	["the host", { host: "other.example.org" }, true],
	["a host that is none yet", { host: "" }, false],
])("knows when secrets do not stay: %s changed", (_, change, elsewhere) => {
	const storage = view(storageConfig.parse({ type: "ftp", host: "ftp.example.org" }), ["password"]);
	const before = storageToDraft(storage);
	expect(isElsewhere({ ...before, values: { ...before.values, ...change } }, storage)).toBe(elsewhere);
	expect(isElsewhere({ ...before, type: "sftp" }, storage)).toBe(true);
});
