import type { Database } from "#lib/catalog/database/database.ts";

/**
 * For tests: the catalogue as if nothing had been configured, identities from 1 again; `storages` stay if asked. Rows are
 * deleted: a `truncate` makes a hundred new files for tables and indexes, which takes longer than most tests.
 */
export async function emptyCatalogue(
	{ sql }: Pick<Database, "sql">,
	{ storages }: { storages: "stay" | "go" },
): Promise<void> {
	const roots = [
		"containers",
		"datasets",
		"dataset_versions",
		"dataset_lives",
		"dataset_former_ids",
		"runs",
		"batches",
		"changes",
		"items",
		"item_changes",
		"item_notes",
		"gone_collections",
		"container_footprints",
		"container_days",
		"container_cells",
		"run_folders",
		"run_days",
		"run_cells",
		...(storages === "go" ? ["storages"] : []),
	];
	await sql.begin(async (inside) => {
		const tables = await inside<{ name: string }[]>`
			with recursive emptied as (
				select unnest(${roots}::regclass[])::oid as id
				union
				select conrelid from pg_constraint join emptied on confrelid = emptied.id where contype = 'f'
			)
			select relname as name from emptied join pg_class on oid = id`;
		// Neither triggers nor foreign keys: everything goes.
		await inside`set local session_replication_role = replica`;
		for (const { name } of tables) await inside`delete from ${inside(name)}`;
		await inside`update item_log set last_seq = 0, purged_to = 0, served = null where last_seq > 0 or served is not null`;
		await inside`
			select setval(objid::regclass, 1, false) from pg_depend
			where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype in ('a', 'i')
				and refobjid = any(${tables.map(({ name }) => name)}::regclass[])
				and objid in (select oid from pg_class where relkind = 'S')`;
	});
}
