import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { keyOf, seal } from "#lib/catalog/secrets/sealing.ts";
import { readEnv } from "#lib/env.ts";
import { WorkerHeartbeat } from "#lib/jobs/worker-heartbeat.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { examineAll } from "./doctor.ts";
import type { Finding } from "./finding.ts";

let bench: Bench;
let home: string;
beforeAll(async () => {
	bench = await makeBench();
	home = mkdtempSync(join(tmpdir(), "eosync doctor "));
	for (let n = 0; n < 5; n++) await bench.archive.scene(`S/${n}.tif`, { eoId: `S_${n}` });
	await bench.container("S", [{ path: "S" }]);
	await bench.run("S");
	await new WorkerHeartbeat(bench.database, 1).beat(0);
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	rmSync(home, { recursive: true, force: true });
});

let findings: readonly Finding[];
async function examine(variables: Readonly<Record<string, string>> = {}, sample: number | "all" = "all") {
	const env = readEnv({ DATABASE_URL: bench.database.url, EOSYNC_HOME: home, ...variables });
	const found: Finding[] = [];
	for await (const finding of examineAll(env, { sample, signal: new AbortController().signal })) found.push(finding);
	findings = found;
	return found;
}
const of = (check: string) => findings.find((finding) => finding.check === check);
const wrong = () => findings.filter(({ status }) => status !== "ok").map(({ check, status }) => `${check} ${status}`);

describe("the doctor", () => {
	it("finds nothing wrong where nothing is", async () => {
		await examine();
		expect(wrong().filter((line) => line !== "disk warn")).toEqual([]);
		for (const check of [
			"database",
			"migrations",
			"indexes",
			"clock",
			"home",
			"secret",
			"workers",
			"folders",
			"leases",
		]) {
			expect(of(check)?.status, check).toBe("ok");
		}
		expect(of("storage archive")?.message).toContain("10 files");
		expect(of("archive")?.message).toMatch(/^5 datasets/);
		await examine({}, 3);
		expect(of("archive")?.message).toMatch(/^(1 dataset|[23] datasets), /);
	});

	it("goes on without the database, and says what it is", async () => {
		await examine({ DATABASE_URL: "postgres://eo:geheim-1@127.0.0.1:1/eosync" });
		expect(of("database")).toMatchObject({ status: "fail" });
		expect(of("home")?.status).toBe("ok");
		expect(JSON.stringify(findings)).not.toContain("geheim-1");
	});

	it("does not make a catalogue where there is none", async () => {
		await examine({ DATABASE_URL: "", EOSYNC_HOME: join(home, "nowhere") });
		expect(of("database")?.message).toMatch(/no catalogue/);
		expect(wrong()).toContain("home warn");
	});
});

describe("the doctor notices", () => {
	it("items that are not what the catalogue holds, and published containers without an address", async () => {
		const { sql } = bench.database;
		await sql`update containers set publish_stac = 'public'`;
		while ((await fillNextPortion(bench.database)) !== null);
		await examine({ EOSYNC_URL: "https://eosync.example.org" });
		expect(of("items")).toMatchObject({ status: "ok", message: expect.stringContaining("1 published containers") });
		expect(of("published address")).toBeUndefined();
		await sql`delete from items where eo_id = 'S_1'`;
		await examine();
		expect(of("items")).toMatchObject({ status: "warn", advice: "eosync publish S --compare" });
		expect(of("published address")?.status).toBe("warn");
		await sql`update containers set publish_stac = 'off'`;
		while ((await fillNextPortion(bench.database)) !== null);
	});

	beforeEach(() => {
		findings = [];
	});

	it("a secret that others may read", async () => {
		writeFileSync(join(home, "secret"), "x".repeat(40), { mode: 0o600 });
		await examine();
		expect(of("secret")?.status).toBe("ok");
		chmodSync(join(home, "secret"), 0o644);
		await examine();
		expect(of("secret")).toMatchObject({ status: "fail", advice: expect.stringContaining("chmod 600") });
		rmSync(join(home, "secret"));
	});

	it("credentials that the secret at hand does not open", async () => {
		const { sql } = bench.database;
		await sql`update storages set sealed = ${JSON.stringify({ password: seal("x", keyOf("another secret"), "any") })}`;
		await examine();
		await sql`update storages set sealed = null`;
		expect(of("credentials")).toMatchObject({
			status: "fail",
			message: "The secret at hand does not open the credentials of storage archive.",
			advice: expect.stringContaining("Put the secret back"),
		});
	});

	it("a home that all may write to", async () => {
		chmodSync(home, 0o777);
		await examine();
		expect(of("home")?.status).toBe("warn");
		chmodSync(home, 0o700);
	});

	it("files that are gone or changed, and folders that would not be missed", async () => {
		await bench.archive.remove("S/1.tif");
		await bench.archive.write("S/2.tif", "other");
		await bench.database.sql`delete from directories where path = 'S'`;
		await examine();
		expect(of("archive")).toMatchObject({ status: "warn" });
		expect(of("archive")?.message).toMatch(/2 of 5 datasets.*S\/1\.tif is gone; S\/2\.tif has changed/);
		expect(of("folders")).toMatchObject({ status: "warn", advice: expect.stringContaining("eosync sync --full S") });
	});

	it("a storage that cannot be listed", async () => {
		mkdirSync(join(home, "empty"), { recursive: true });
		await bench.database.sql`
			insert into storages (name, type, config) values ('gone', 'local', ${bench.database.sql.json({ type: "local", root: join(home, "gone") })})`;
		await examine();
		expect(of("storage gone")?.status).toBe("fail");
		expect(of("storage archive")?.status).toBe("ok");
		await bench.database.sql`delete from storages where name = 'gone'`;
	});

	it("that no worker is there, and runs that wait", async () => {
		await bench.database.sql`delete from workers`;
		await examine();
		expect(of("workers")?.status).toBe("warn");
		await bench.database.sql`
			insert into runs (container_id, kind, trigger, actor) select id, 'sync', 'schedule', 'test' from containers`;
		await examine();
		expect(of("workers")?.status).toBe("fail");
	});

	it("a lease whose worker is gone", async () => {
		await bench.database.sql`
			update runs set state = 'scanning', lease_owner = 'dead', lease_until = now() - interval '1 hour' where finished_at is null`;
		await examine();
		expect(of("leases")?.status).toBe("warn");
	});

	it("an index that is not valid", async () => {
		await bench.database.sql`update pg_index set indisvalid = false where indexrelid = 'runs_container'::regclass`;
		await examine();
		expect(of("indexes")).toMatchObject({ status: "warn", advice: "REINDEX INDEX runs_container;" });
		await bench.database.sql`update pg_index set indisvalid = true where indexrelid = 'runs_container'::regclass`;
	});

	it("tables of another version, and then leaves the rest alone", async () => {
		await bench.database
			.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;
		await examine();
		expect(of("migrations")?.status).toBe("fail");
		expect(of("archive")).toBeUndefined();
	});
});
