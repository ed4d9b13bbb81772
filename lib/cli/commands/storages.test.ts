import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

const secrets = {
	FTP_PW: "hunter2",
	SSH_KEY: "-----BEGIN KEY-----\nabc\n",
	S3_SECRET: "s3cr3t",
	TOKEN: "tok3n",
	RAS_PW: "r4s",
};
const text = `
storages:
  - { name: archive, type: local, root: archive }
  - { name: partner, type: ftp, host: 127.0.0.1, port: 2121, user: eo, password: "\${FTP_PW}", root: /pub, tls: explicit, parallel: 4 }
  - { name: drop, type: sftp, host: drop.example.org, user: eo, privateKey: "\${SSH_KEY}", hostKey: "SHA256:${"A".repeat(43)}" }
  - { name: bucket, type: s3, bucket: eo-data, prefix: /l1/, region: eu-central-1, credentials: keys, accessKeyId: AK, secretAccessKey: "\${S3_SECRET}" }
  - { name: web, type: http, url: "https://eo.example.org/data/", listing: webdav, token: "\${TOKEN}", requestsPerSecond: 5 }
  - { name: cubes, type: rasdaman, url: "https://ras.example.org:8443", user: reader, password: "\${RAS_PW}", timeout: 90 }
`;

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database, secrets);
	cli.writeScene("archive/a.tif");
	cli.write("eosync.yaml", text);
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

const listed = async () => (await cli.json("storages")).lines as { name: string; config: object }[];
const secretShown = new RegExp(Object.values(secrets).join("|"));

it("configures storages of every type from a file, again without a change, and shows no secret", async () => {
	const created = await cli.run("configure", "eosync.yaml");
	expect(created).toMatchObject({ status: 0, stderr: "" });
	expect(created.stdout.match(/: created/g)).toHaveLength(6);
	const again = await cli.run("configure", "eosync.yaml");
	expect(again.stdout.match(/: unchanged/g)).toHaveLength(6);
	const storages = await listed();
	expect(storages).toMatchObject([
		{ name: "archive", type: "local", address: `${cli.folder}/archive`, secrets: [] },
		{ name: "bucket", type: "s3", address: "s3://eo-data/l1", secrets: ["secretAccessKey"] },
		{
			name: "cubes",
			type: "rasdaman",
			address: "https://ras.example.org:8443",
			secrets: ["password"],
			config: { timeout: 90 },
		},
		{ name: "drop", type: "sftp", address: "sftp://eo@drop.example.org/", secrets: ["privateKey"] },
		{
			name: "partner",
			type: "ftp",
			address: "ftpes://eo@127.0.0.1:2121/pub",
			secrets: ["password"],
			config: { parallel: 4 },
		},
		{
			name: "web",
			type: "http",
			address: "https://eo.example.org/data/",
			secrets: ["token"],
			config: { listing: "webdav" },
		},
	]);
	const table = await cli.run("storages");
	expect(table.stdout).toMatch(
		/^partner +ftp +ftpes:\/\/eo@127\.0\.0\.1:2121\/pub +password set +used by no container$/m,
	);
	for (const { stdout, stderr } of [created, again, table]) expect(stdout + stderr).not.toMatch(secretShown);
	expect(JSON.stringify(storages)).not.toMatch(secretShown);
});

it("takes back what it printed: a file made of it changes nothing", async () => {
	const storages = (await listed()).map(({ name, config }) => ({ name, ...config }));
	cli.write("printed.yaml", JSON.stringify({ storages }));
	const again = await cli.run("configure", "printed.yaml");
	expect(again).toMatchObject({ status: 0, stderr: "" });
	expect(again.stdout.match(/: unchanged/g)).toHaveLength(6);
	expect((await listed()).map(({ name, config }) => ({ name, ...config }))).toEqual(storages);
});

it("names what a type of storage does not know, and never what was to be secret", async () => {
	cli.write("wrong.yaml", text.replace("password:", "pasword:").replace("port: 2121", 'port: "\u0024{FTP_PW}"'));
	const { status, stderr } = await cli.run("configure", "wrong.yaml");
	expect(status).toBe(2);
	expect(stderr).toMatch(/wrong\.yaml:4:\d+: storages\[1\]\.pasword: .*Did you mean password\?/);
	expect(stderr).toMatch(/wrong\.yaml:4:\d+: storages\[1\]\.port: /);
	expect(stderr).not.toMatch(secretShown);
});

it("tests a storage", async () => {
	const { status, stdout } = await cli.run("storages", "test", "archive");
	expect(status).toBe(0);
	expect(stdout).toMatch(/^Answer +Reached\.$/m);
	expect(stdout).toMatch(/^Listing +0 folders, 2 files in \d+ ms$/m);
	expect(stdout).toMatch(/^File +a\.tif$/m);
	const { lines } = await cli.json("storages", "test", "archive");
	expect(lines).toMatchObject([{ name: "archive", ok: true, files: 2, facts: { times: "exact" } }]);
});

it("reads some files of a source, of one that does not exist yet and of a file that is checked", async () => {
	const { status, stdout } = await cli.run("storages", "test", "archive", "--include", "*.tif");
	expect(status).toBe(0);
	expect(stdout).toMatch(
		/^ {2}Answer +1 file matches among 2 files in 1 folder\. One was read: it would become a dataset\.$/m,
	);
	expect(stdout).toMatch(/^ {2}Names +1 matched, 1 belonging to them$/m);
	expect(stdout).toMatch(/^ {2}Dataset +a\.tif: a \(a\.xml \(EO-O&M\)\), .*, GeoTIFF$/m);
	const nothing = await cli.json("storages", "test", "archive", "--include", "*.xml", "--metadata", "none.txt");
	expect(nothing).toMatchObject({ status: 1, lines: [{ ok: false, reading: { counts: { matched: 1, others: 1 } } }] });
	cli.write(
		"new.yaml",
		"storages: [{ name: new, type: local, root: archive }]\ncontainers: [{ id: S, kind: dataset-series, sources: [{ storage: new, include: ['*.tif'] }] }]",
	);
	const checked = await cli.run("configure", "new.yaml", "--check");
	expect(checked).toMatchObject({ status: 0, stderr: "" });
	expect(checked.stdout).toContain("container S: new:/: 1 file matches among 2 files in 1 folder. One was read");
	expect((await listed()).some(({ name }) => name === "new")).toBe(false);
});

it.each([
	[
		"patterns of a source without those of its data",
		["storages", "test", "archive", "--exclude", "*.png"],
		/--include/,
	],
	["a container that does not exist", ["storages", "test", "archive", "--container", "NONE"], /no container NONE/],
	["an unknown name", ["storages", "test", "nowhere"], /There is no storage nowhere\.\n$/],
	["a slip", ["storages", "test", "archiv"], /There is no storage archiv\. Did you mean archive\?/],
	["a slip in a list", ["datasets", "--all", "--storage", "archvie"], /no storage archvie\. Did you mean archive\?/],
	["no name", ["storages", "test"], /NAME/],
])("refuses %s", async (_, options, message) => {
	const { status, stdout, stderr } = await cli.run(...options);
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
	expect(stderr).toMatch(message);
});

it("says which storage could not be reached, since when and why", async () => {
	const archive = async () => (await listed()).find(({ name }) => name === "archive");
	expect(await archive()).toMatchObject({ unreachable: null });
	await database.sql`update storages set unreachable_since = '2026-11-01T07:05:00Z', unreachable_reason = 'no such folder' where name = 'archive'`;
	expect(await archive()).toMatchObject({ unreachable: { since: "2026-11-01T07:05:00Z", reason: "no such folder" } });
	expect((await cli.run("storages")).stdout).toMatch(
		/archive .* not reached since 2026-11-01 07:05:00: no such folder/,
	);
	await database.sql`update storages set unreachable_since = null, unreachable_reason = null`;
});

it("seals everything with another secret", async () => {
	const sealed = async () =>
		(await database.sql`select sealed from storages where sealed is not null order by name`).map((row) => row.sealed);
	const before = await sealed();
	const { status, stdout, stderr } = await cli.run("rotate-secret");
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(stdout).toMatch(/credentials of 5 storages, .*\nIt is in .*home\/secret/);
	const after = await sealed();
	expect(after).toHaveLength(5);
	for (const value of after) expect(before).not.toContain(value);
	expect((await cli.run("configure", "eosync.yaml")).stdout.match(/: unchanged/g)).toHaveLength(6);
});

it("pauses a storage: sync --all leaves its containers out by name and is in order, by name they run", async () => {
	cli.write(
		"with-container.yaml",
		`${text}containers:\n  - { id: P, kind: dataset-series, sources: [{ storage: archive, include: ["*.tif"] }] }\n`,
	);
	await cli.run("configure", "with-container.yaml");
	expect((await cli.run("storages", "pause", "archive", "--until", "yesterday")).status).toBe(2);
	expect((await cli.run("storages", "pause", "nowhere", "--until", "2999-01-01")).status).toBe(2);
	expect(await cli.run("storages", "pause", "archive", "--until", "2999-01-01", "--note", "new disks")).toMatchObject({
		status: 0,
		stdout: "The storage archive is paused until 2999-01-01 00:00:00 UTC.\n",
	});
	const all = await cli.json("sync", "--all");
	expect(all).toMatchObject({ status: 0, lines: [{ type: "summary", ok: true, runs: [], paused: ["P"] }] });
	const [archive] = await listed();
	expect(archive).toMatchObject({ name: "archive", pause: { note: "new disks" }, closed: { reason: "paused" } });
	expect((await cli.run("sync", "P")).stdout).toContain("1 added");
	expect((await cli.run("storages", "resume", "archive")).stdout).toContain("is used again");
	expect((await cli.json("sync", "--all")).lines.at(-1)).toMatchObject({ paused: [], runs: [{ container: "P" }] });
});
