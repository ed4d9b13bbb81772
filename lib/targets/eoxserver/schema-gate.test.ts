import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { connectTarget } from "./connect.ts";
import { requireSchema } from "./schema-gate.ts";

describeWithPostgis("the database of a target", () => {
	let eox: Database;
	beforeAll(async () => {
		eox = await createTestEox();
	});
	afterAll(() => eox.close());
	beforeEach(async () => {
		await eox.sql`delete from django_migrations where name like '%later%'`;
	});
	const gate = () => requireSchema(eox.sql, "eox");

	it("is one of EOxServer 1.5 with PostGIS that can be written", async () => {
		expect(await gate()).toMatchObject({
			migrations: { coverages: "0015_alter_bandstatistics_histogram" },
			readOnly: null,
		});
	});

	it("is refused when its tables are newer or older, with both versions", async () => {
		await eox.sql`insert into django_migrations (app, name, applied) values ('coverages', '0016_later', now())`;
		await expect(gate()).rejects.toThrow(
			/newer EOxServer \(coverages is at 0016_later, and 0015 is known\)\. Update eosync/,
		);
		const undo = new Error("taken back");
		const changed = eox.sql.begin(async (tx) => {
			await tx`delete from django_migrations where app = 'coverages'`;
			await tx`insert into django_migrations (app, name, applied) values ('coverages', '0013_earlier', now())`;
			await expect(requireSchema(tx, "eox")).rejects.toThrow(
				/older EOxServer \(coverages is at 0013_earlier, and 0015 is known\)/,
			);
			throw undo;
		});
		await expect(changed).rejects.toBe(undo);
	});

	it("is refused without PostGIS, without the tables, and to who may not read; who may not write is told so", async () => {
		const { sql, url } = eox;
		const undo = new Error("taken back");
		const changed = sql.begin(async (tx) => {
			await tx`create role reader`;
			await tx`grant select on all tables in schema public to reader`;
			await tx`set local role reader`;
			expect((await requireSchema(tx, "eox")).readOnly).toMatch(/user reader may not write the table backends_storage/);
			await tx`reset role`;
			await tx`grant insert, update, delete on all tables in schema public to reader`;
			await tx`set local role reader`;
			expect((await requireSchema(tx, "eox")).readOnly).toMatch(/user reader may not use the sequence \w+_id_seq/);
			await tx`reset role`;
			await tx`grant usage on all sequences in schema public to reader`;
			await tx`set local role reader`;
			expect((await requireSchema(tx, "eox")).readOnly).toBeNull();
			await tx`reset role`;
			await tx`revoke delete on coverages_bandstatistics from reader`;
			await tx`set local role reader`;
			expect((await requireSchema(tx, "eox")).readOnly).toMatch(/may not write the table coverages_bandstatistics/);
			await tx`reset role`;
			await tx`revoke select on coverages_grid from reader`;
			await tx`set local role reader`;
			await expect(requireSchema(tx, "eox")).rejects.toThrow(/user reader may not read the table coverages_grid/);
			await tx`reset role`;
			await tx`drop extension postgis cascade`;
			await expect(requireSchema(tx, "eox")).rejects.toThrow(/has no PostGIS.*not with SpatiaLite/);
			throw undo;
		});
		await expect(changed).rejects.toBe(undo);
		const other = new URL(url);
		other.pathname = "/postgres";
		await using empty = await connectTarget({ name: "eox", url: other.href, network: undefined });
		await expect(requireSchema(empty.sql, "eox")).rejects.toThrow(/no tables of EOxServer.*manage\.py migrate/);
	});

	it("is out of reach without saying the password, and where it is forbidden", async () => {
		const connect = (url: string, network?: { allowedHosts: readonly string[] }) =>
			connectTarget({ name: "eox", url, network });
		const failed = connect("postgres://eox:hidden@127.0.0.1:1/eox");
		await expect(failed).rejects.toMatchObject({
			code: "target-unreachable",
			retryable: true,
			message: expect.stringMatching(/target eox cannot be reached: .*127\.0\.0\.1:1/),
		});
		await expect(failed).rejects.not.toThrow(/hidden/);
		await expect(connect("postgres://eox@localhost:1/eox", { allowedHosts: [] })).rejects.toMatchObject({
			code: "forbidden",
		});
		await expect(connect(eox.url, { allowedHosts: [] })).rejects.toMatchObject({ code: "forbidden" });
	});
});
