import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveChannel } from "#lib/catalog/channels/channels.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { newFile } from "#lib/cli/configuration/export-file.ts";
import { exportedConfiguration } from "#lib/cli/configuration/exported-configuration.ts";
import { type Env, readEnv } from "#lib/env.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { striker } from "./strike-out.ts";
import { writeSupportBundle } from "./support-bundle.ts";

/** Each with a part that nothing else has, in a form that would be found by how it looks, or not. */
const secrets = {
	environment: "zebra-environment-secret",
	former: "zebra-former-secret-of-all",
	metrics: "zebra-metrics-word-0001",
	oidc: "zebra client ünder oath",
	ftp: 'zebra"ftp\\pass wörd%',
	s3: "zebra/S3+Key/wJalrXUtnFEMI",
	http: "zebraHttpBearer0123456789",
	signature: "zebra+Signed/0123456789=",
	key: "-----BEGIN OPENSSH PRIVATE KEY-----\nzebraKeyLineOne0123456789abcdef\nzebraKeyLineTwo0123456789abcdef\n-----END OPENSSH PRIVATE KEY-----\n",
	hook: "zebraHookPathToken42",
	signing: "zebra-signing-secret-of-hook",
	mail: "zebra mail password",
	target: "zebra:target@pass",
	session: "zebraSessionTokenOfOlga0123456789",
};
/** In no place where it could be looked up. */
const unknown = {
	database: "zebra-database-password",
	token: "eos_zebraTokenThatNobodyKnows0123456789abcdefghi",
	link: "zebraLinkNobodyKnows0123456789abcdefghijklm",
	cookie: "zebraCookieNobodyKnows",
	person: "zebra.olga",
};

let bench: Bench;
let env: Env;
let files: ReadonlyMap<string, string>;
let file: string;
beforeAll(async () => {
	const home = mkdtempSync(join(tmpdir(), "eosync bundle "));
	bench = await makeBench();
	env = {
		...readEnv({
			DATABASE_URL: bench.database.url,
			EOSYNC_HOME: home,
			EOSYNC_SECRET: secrets.environment,
			EOSYNC_OLD_SECRET: secrets.former,
			EOSYNC_METRICS_TOKEN: secrets.metrics,
			EOSYNC_OIDC_ISSUER: "https://issuer.example.org",
			EOSYNC_OIDC_CLIENT_ID: "eosync",
			EOSYNC_OIDC_CLIENT_SECRET: secrets.oidc,
			EOSYNC_OIDC_ROLES: "*=viewer",
		}),
	};
	const access = storageAccess(env);
	const here = { host: "127.0.0.1", port: 9 };
	for (const storage of [
		{ name: "ftp", type: "ftp", ...here, user: "olga", password: secrets.ftp },
		{ name: "sftp", type: "sftp", ...here, user: "olga", privateKey: secrets.key },
		{
			name: "web",
			type: "http",
			url: "http://127.0.0.1:9/eo",
			href: `https://cdn.example.org/{path}?pin=${encodeURIComponent(secrets.signature)}`,
			token: secrets.http,
		},
		{
			name: "s3",
			type: "s3",
			bucket: "eo-data",
			endpoint: "http://127.0.0.1:9",
			accessKeyId: "AKIA",
			secretAccessKey: secrets.s3,
		},
	])
		await saveStorage(bench.database, storageInput.parse(storage), { access });
	const channel = { id: null, enabled: true, events: ["failed" as const] };
	const url = `https://hooks.example.org/services/${secrets.hook}`;
	await saveChannel(
		bench.database,
		{ ...channel, name: "hook", type: "webhook", url, secret: secrets.signing },
		access,
	);
	await saveChannel(
		bench.database,
		{
			...channel,
			name: "mail",
			type: "email",
			host: "mail.example.org",
			port: 25,
			encryption: "none",
			user: "olga",
			password: secrets.mail,
			from: `${unknown.person}@example.org`,
			to: [`${unknown.person}@example.org`],
		},
		access,
	);
	const target = `postgres://eo:${encodeURIComponent(secrets.target)}@127.0.0.1:9/eoxserver`;
	await saveTarget(bench.database, targetInput.parse({ name: "instance", type: "eoxserver", url: target }), { access });
	const { sql } = bench.database;
	await sql`insert into users (id, name, role, email) values ('o', 'Olga', 'viewer', ${`${unknown.person}@example.org`})`;
	await sql`insert into sessions (id, user_id, token, expires_at) values ('s', 'o', ${secrets.session}, now())`;
	await bench.archive.scene("S/1.tif", { eoId: "S_1" });
	await bench.container("S", [{ path: "S" }]);
	await bench.run("S");
	await sql`update runs set error = ${sql.json({ code: "unreachable", message: `530 ${secrets.ftp} is not the password` })}`;

	mkdirSync(join(home, "logs"));
	writeFileSync(join(home, "logs/web.log"), `${talkative()}\nthe end\n`);
	writeFileSync(join(home, "logs/worker.log"), `${`${secrets.s3} `.repeat(60_000)}\n${"x".repeat(900)}\nlast line\n`);
	file = join(home, "bundle.tar.gz");
	await writeSupportBundle(env, file, { configuration, signal: new AbortController().signal });
	files = membersOf(gunzipSync(readFileSync(file)));
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	rmSync(env.home, { recursive: true, force: true });
});

const configuration = async () =>
	newFile(await exportedConfiguration(bench.database), "http://127.0.0.1:3000/eosync.schema.json");

/** Each secret in each form in which a program might have said it. */
function talkative(): string {
	const said = Object.values(secrets).flatMap((secret) => [
		secret,
		JSON.stringify({ msg: secret, inside: JSON.stringify({ secret }) }),
		`https://user:${encodeURIComponent(secret)}@example.org/a?b=${encodeURIComponent(secret)}`,
		...["", "u", "us", "user"].map((user) => `sent ${Buffer.from(`${user}:${secret}`).toString("base64")} to it`),
		...escapedOften(secret),
		`Authorization Basic:${Buffer.from(`user:${encodeURIComponent(secret)}`).toString("base64")}`,
		Buffer.from(secret).toString("base64url"),
		Buffer.from(secret).toString("hex"),
	]);
	return [
		...said,
		`postgres://eosync:${unknown.database}@db.example.org/eosync does not answer`,
		`Authorization: Bearer ${unknown.token}`,
		`a token: ${unknown.token}.`,
		`http://127.0.0.1:3000/set-up?link=${unknown.link}`,
		JSON.stringify({ headers: { cookie: `eosync.session_token=${unknown.cookie}` } }),
		`No mail to ${unknown.person}@example.org`,
	].join("\n");
}

/** Each character by itself, in capitals or not, and escapes of escapes: as proxies, forms and other programs write them. */
function escapedOften(secret: string): readonly string[] {
	const percent = Buffer.from(secret).toString("hex").replace(/../g, "%$&");
	const entities = [...secret].map((letter) => `&#${letter.codePointAt(0)};`).join("");
	const codes = secret.replace(/[\s\S]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
	const form = new URLSearchParams({ secret }).toString();
	return [
		`GET /a?pin=${percent}`,
		`GET /a?pin=${percent.toUpperCase()}`,
		encodeURIComponent(encodeURIComponent(secret)),
		`{"url":"https://example.org/?${form}","again":${JSON.stringify(JSON.stringify(JSON.stringify({ u: `/?${form}` })))}}`,
		entities,
		codes,
		secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("ü", "&#xFC;").replaceAll("ö", "&#246;"),
	];
}

/** As the format has it: a block with name and size (octal), then the content in blocks of 512 bytes. */
function membersOf(tar: Buffer): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (let at = 0; tar[at] !== 0; ) {
		const textAt = (from: number, length: number) =>
			tar.toString("latin1", at + from, at + from + length).replace(/\0.*$/, "");
		const size = Number.parseInt(textAt(124, 12), 8);
		found.set(textAt(0, 100).replace("eosync-support/", ""), tar.toString("utf8", at + 512, at + 512 + size));
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return found;
}

it("has what helps, and its owner alone may read it", () => {
	expect([...files.keys()]).toEqual([
		"README.txt",
		"versions.json",
		"environment.json",
		"doctor.jsonl",
		"logs/web.log",
		"logs/worker.log",
		"configuration.yaml",
		"database.json",
		"work.json",
		"runs.jsonl",
		"plans.txt",
		"statements.txt",
	]);
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(files.get("README.txt")).not.toMatch(/could not|cannot/);
	expect(files.get("doctor.jsonl")).toContain('"check":"storage ftp"');
	expect(files.get("configuration.yaml")).toContain("name: sftp");
	expect(files.get("runs.jsonl")).toContain("is not the password");
	expect(files.get("logs/web.log")).toContain("the end");
	expect(files.get("logs/worker.log")).toMatch(/^x+\nlast line\n\n$/);
	expect(files.get("plans.txt")).toMatch(/== datasets of S: [\s\S]*actual time/);
	expect(files.get("plans.txt")).not.toContain("There is no plan");
});

const forms = ["plain", "escaped", "hex", "base64", "base64url"] as const;

describe("no secret is in it", () => {
	it.each(forms)("%s", (form) => {
		const shown = decoded([...files].map(([name, text]) => `${name}\n${text}`).join("\n"), form);
		expect(shown.match(/.{0,40}zebra.{0,40}/g)).toBeNull();
	});
});

/** What looks encoded so, decoded, from each place where it may begin. */
function decoded(text: string, form: (typeof forms)[number]): string {
	if (form === "plain") return text;
	if (form === "escaped") {
		let rest = text;
		for (let layer = 0; layer < 4; layer++)
			rest = rest
				.replace(/%([0-9A-Fa-f]{2})|\\u([0-9a-f]{4})/g, (_, hex, code) =>
					String.fromCharCode(Number.parseInt(hex ?? code, 16)),
				)
				.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
		return rest;
	}
	const shapes = { hex: /[0-9a-f]{10,}/gi, base64: /[\w+/]{10,}/g, base64url: /[\w-]{10,}/g };
	const parts = (text.match(shapes[form]) ?? []).flatMap((run) => [0, 1, 2, 3].map((from) => run.slice(from)));
	return parts.map((part) => Buffer.from(part, form).toString("latin1")).join("\n");
}

it("is written although the database is gone, and never over a file that is there", async () => {
	const gone = { ...env, databaseUrl: `postgres://eosync:${unknown.database}@127.0.0.1:9/eosync` };
	const other = join(env.home, "gone.tar.gz");
	const options = { configuration, signal: new AbortController().signal };
	const { missing } = await writeSupportBundle(gone, other, options);
	expect(missing.join()).toMatch(/database: .*cannot be used/);
	const members = membersOf(gunzipSync(readFileSync(other)));
	expect(members.get("doctor.jsonl")).toContain('"check":"database","status":"fail"');
	expect([...members.values()].join()).not.toContain(unknown.database);
	await expect(writeSupportBundle(env, other, options)).rejects.toThrow(/cannot be written: it exists already/);
});

it("what is no secret stays", () => {
	const strike = striker(["abc", "the secret itself"]);
	const plain = [
		"abc is too short to be struck out",
		"The secret opens all stored credentials.",
		"S2A_MSIL1C_20240612T100031_N0510_R122_T33UWP_20240612T120000.SAFE/manifest.safe",
		'{"secret":"set","tokens":3,"password":null}',
		"https://example.org/eo?datetime=2024-06-01&limit=10",
	].join("\n");
	expect(strike(plain)).toBe(plain);
	expect(strike("tell the secret itself")).toBe("tell •••");
});
