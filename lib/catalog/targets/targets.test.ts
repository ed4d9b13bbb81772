import { afterAll, beforeAll, expect, it } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { keyOf } from "#lib/catalog/secrets/sealing.ts";
import type { AppliedPart } from "#lib/cli/configuration/applied-part.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { newFile, updatedFile } from "#lib/cli/configuration/export-file.ts";
import { exportedConfiguration } from "#lib/cli/configuration/exported-configuration.ts";
import { deleteContainer } from "#lib/sync/delete-container.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { targetInput } from "./target-inputs.ts";
import { openUrl, type StoredTarget } from "./target-secrets.ts";
import { requireTarget, saveTarget } from "./targets.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	await bench.archive.scene("a/s1.tif");
	await bench.archive.scene("a/s2.tif");
	await bench.container("A", [{ path: "a" }]);
	await bench.container("B", [{ path: "b" }]);
});
afterAll(() => bench[Symbol.asyncDispose]());

const keys = [keyOf("a secret that is long enough to be one")];
const access = { policy: { network: undefined, roots: undefined }, keys: async () => keys };
const base = { name: "eox", url: "postgres://eox:s%2Fcret@db.example.org/eoxserver" };
const save = (input: object, options: object = {}) =>
	saveTarget(bench.database, targetInput.parse({ ...base, ...input }), { access, ...options });
const stored = async () => {
	const [row] = await bench.database.sql<StoredTarget[]>`select name, url, sealed from targets where name = 'eox'`;
	if (!row) throw new Error("there is no target eox");
	return row;
};

it("seals the password of the address, for its server alone", async () => {
	expect(await save({ containers: ["A"] })).toBe(true);
	expect(await save({ containers: ["A"] })).toBe(false);
	const target = await stored();
	expect(target.url).toBe("postgres://eox@db.example.org/eoxserver");
	expect(JSON.stringify(target)).not.toContain("cret");
	expect(openUrl(target, keys)).toBe(base.url);
	const elsewhere = { containers: ["A"], url: "postgres://eox@thief.example.org/eoxserver" };
	await expect(save(elsewhere)).rejects.toThrow(/eox is at another address now: enter its password again/);
	expect(() => openUrl({ ...target, url: elsewhere.url }, keys)).toThrow(/altered, or belongs to another target/);
	expect(await save({ containers: ["A"], url: target.url })).toBe(false);
});

it("is where EOSYNC_ALLOWED_HOSTS lets it be", async () => {
	const bounded = { access: { ...access, policy: { network: { allowedHosts: ["10.1.1.1"] }, roots: undefined } } };
	for (const url of ["postgres://127.0.0.1/e", "postgres:///e?host=/run/postgresql", "postgres://169.254.169.254/e"])
		await expect(save({ name: "other", url }, bounded)).rejects.toThrow(/EOSYNC_ALLOWED_HOSTS/);
	await expect(save({ containers: ["NO"] })).rejects.toThrow(/There is no container NO/);
	await expect(save({}, { create: true })).rejects.toThrow(/There is a target eox already/);
	await expect(save({}, { version: "another" })).rejects.toThrow(/was changed after this was opened/);
	expect((await requireTarget(bench.database, "eox")).input.containers).toEqual(["A"]);
	await expect(requireTarget(bench.database, "none")).rejects.toThrow("There is no target none");
	for (const wrong of [
		{ url: "http://x/y" },
		{ url: "postgres://h" },
		{ storages: { a: "relative" } },
		{ storages: { a: "/x/../y" } },
		{ rangeTypes: { A: "B-C" } },
		{ rangeTypes: JSON.parse('{ "__proto__": "RGB" }') },
		{ visible: { wms: "none", os: "collections" } },
		{ name: "a/b" },
	])
		expect(targetInput.safeParse({ ...base, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
});

/** What is to be compared since this was asked last: datasets and containers by EO ID. */
async function noted() {
	const { sql } = bench.database;
	const datasets = await sql<{ id: string }[]>`
		select distinct coalesce(d.eo_id, 'gone') as id from target_notes n cross join unnest(n.datasets) each left join datasets d on d.id = each order by 1`;
	const containers = await sql<{ id: string }[]>`
		select distinct coalesce(c.deleted_eo_id, c.eo_id, 'gone') as id from target_notes n left join containers c on c.id = n.container_id
		where n.container_id is not null order by 1`;
	await sql`delete from target_notes`;
	return [...datasets.map(({ id }) => id), "|", ...containers.map(({ id }) => id)].join(" ");
}

it("notes what changes in the containers of a target, and nothing else", async () => {
	const { archive, run, database } = bench;
	const { sql } = database;
	await run("A");
	expect(await noted()).toBe("S1 S2 | A");
	await run("A");
	expect(await noted()).toBe("|");
	await archive.scene("b/s3.tif");
	await run("B");
	expect(await noted()).toBe("|");
	await archive.scene("a/s1.tif", { begin: "2001-01-01T00:00:00Z" });
	await archive.rename("a/s2.tif", "a/two.tif");
	await archive.rename("a/s2.xml", "a/two.xml");
	await run("A");
	expect(await noted()).toMatch(/^S1 S2 \| ?A?$/);
	// A file that says the same is nothing; one more beside it is.
	await archive.touch("a/s1.tif");
	await run("A");
	expect(await noted()).toBe("|");
	await archive.write("a/s1.conf", "[range_type]\nrange_type_name = OTHER\n");
	await run("A");
	expect(await noted()).toBe("S1 |");
	await sql`update containers set eo_id = 'RENAMED' where eo_id = 'A'`;
	expect(await noted()).toBe("| RENAMED");
	await saveStorage(
		database,
		storageInput.parse({ name: "archive", type: "local", root: archive.root, coverage: "off" }),
	);
	expect(await noted()).toBe("|");
	await sql`update storages set config = config || '{"root": "/elsewhere"}'`;
	expect(await noted()).toBe("S1 S2 |");
	await saveStorage(database, storageInput.parse({ name: "archive", type: "local", root: archive.root }));
	await noted();
	await archive.remove("a/two.tif");
	await run("RENAMED");
	expect(await noted()).toMatch(/^S2 \| ?(RENAMED)?$/);
	// A target of all containers hears of the others, too.
	await save({ containers: null });
	await archive.scene("b/s4.tif");
	await run("B");
	expect(await noted()).toBe("S4 |");
	await deleteContainer(database, { id: "RENAMED", actor: "tester", trigger: "dashboard" });
	expect(await noted()).toMatch(/^S1 (S2)? ?\| RENAMED$/);
	await sql`select eosync_note_whole_target(id) from targets`;
	expect(await noted()).toBe("S3 S4 | B");
});

it("is configured by a file: created, left alone, changed, exported, pruned", async () => {
	const { database } = bench;
	await database.sql`delete from targets`;
	const variable = (name: string) => ({ PG: "postgres://eox:pw@db.example.org/eoxserver" })[name];
	const file = "/etc/eosync.yaml";
	const apply = async (text: string) => {
		const parts: AppliedPart[] = [];
		const configuration = parseConfiguration({ text, file, variable });
		await applyConfiguration(database, configuration, { prune: true, say: async (part) => void parts.push(part) });
		return parts
			.filter(({ what }) => what === "target")
			.map(({ name, outcome, fields }) => [name, outcome, Object.keys(fields)]);
	};
	const rest = `storages: [{ name: archive, type: local, root: ${bench.archive.root} }]
containers: [{ id: B, kind: dataset-series, sources: [{ storage: archive, path: b, include: ["*.tif"] }] }]
`;
	const text = `${rest}targets:\n  # ours\n  - { name: eox, url: "\${PG}", containers: [B], storages: { archive: /data/archive } }\n`;
	expect(await apply(text)).toEqual([["eox", "created", []]]);
	expect(await apply(text)).toEqual([["eox", "unchanged", []]]);
	const [audit] = await database.sql<{ object: string; details: object }[]>`
		select object, details from audit_log where action = 'targets.create'`;
	expect(audit?.object).toBe("eox");
	expect(JSON.stringify(audit)).not.toMatch(/pw@|eox:pw/);
	expect(updatedFile(await exportedConfiguration(database), { text, file, variable })).toBe(text);
	expect(await apply(text.replace("[B]", "null").replace("/data", "/mnt"))).toEqual([
		["eox", "updated", ["storages.archive", "containers"]],
	]);
	const exported = newFile(await exportedConfiguration(database), "http://localhost/eosync.schema.json");
	expect(exported).toContain("url: postgres://eox@db.example.org/eoxserver");
	expect(exported).toContain('# password: "\u0024{EOX_PASSWORD}"');
	expect(exported).not.toContain("pw@");
	await expect(apply(text.replace("[B]", "[BB]").replace("{ archive:", "{ archiv:"))).rejects.toThrow(
		/targets\[0\]\.containers\[0\].* There is no container BB.*\n.*There is no storage archiv.* Did you mean archive\?/,
	);
	expect(await apply(`${rest}targets: []`)).toEqual([["eox", "deleted", []]]);
});
