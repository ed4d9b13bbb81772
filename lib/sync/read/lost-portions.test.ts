import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("what a crash of the server took of what was read is read once more", async () => {
	const { sql } = bench.database;
	await bench.container("S", [{}]);
	await bench.archive.scene("kept.tif", { eoId: "kept" });
	await bench.archive.scene("lost.tif", { eoId: "lost" });
	// As after a server that was gone for a moment: neither the version nor the change is there, and nobody was told.
	await sql.unsafe(`
		create table crash (of text);
		insert into crash values ('dataset_versions'), ('changes');
		create function crash_once() returns trigger language plpgsql as $$
		begin
			if to_jsonb(new)::text not like '%lost%' then return new; end if;
			delete from crash where of = tg_table_name;
			if found then return null; end if;
			return new;
		end $$;
		create trigger crash_version before insert on dataset_versions for each row execute function crash_once();
		create trigger crash_change before update of to_read on changes for each row execute function crash_once()`);
	const { view } = await bench.run("S");
	expect(view).toMatchObject({ state: "succeeded", added: 2 });
	expect(await sql`select path from datasets order by path`).toEqual([{ path: "kept.tif" }, { path: "lost.tif" }]);
	expect(await sql`select from crash`).toHaveLength(0);
	expect(await violations(bench.database)).toEqual([]);
});
