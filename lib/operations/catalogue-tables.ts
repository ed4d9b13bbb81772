import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { EosyncError } from "#lib/errors.ts";

export interface CatalogueTable {
	readonly name: string;
	/** Those that hold data of their own: without generated ones. */
	readonly columns: readonly string[];
	/** Tables that its foreign keys lead to. */
	readonly needs: readonly string[];
}

/** Tables of the moment, which are worthless later; and what looking at the storages, or at a target, again finds again. */
export const passingTables: ReadonlySet<string> = new Set([
	"workers",
	"watches",
	"coverage_looks",
	"coverage_folders",
	"coverage_totals",
	"coverage_files",
	"coverage_pending",
	"coverage_members",
	"coverage_metadata",
	"duplicate_searches",
	"duplicate_files",
	"duplicate_scenes",
	"target_foreign_files",
]);

/** The tables of schema `public`, each after those that it refers to. */
export async function catalogueTables(sql: Sql | Transaction): Promise<readonly CatalogueTable[]> {
	const tables = await sql<CatalogueTable[]>`
		select c.relname as name,
			array(select a.attname::text from pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
			array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
				where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
		from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
		order by c.relname collate "C"`;
	return inOrder(tables);
}

function inOrder(tables: readonly CatalogueTable[]): readonly CatalogueTable[] {
	const ordered = new Map<string, CatalogueTable>();
	for (let left = tables; left.length > 0; ) {
		const free = left.filter(({ needs }) => needs.every((need) => ordered.has(need)));
		if (free.length === 0) {
			const names = left.map(({ name }) => name).join(", ");
			throw new EosyncError(
				"tables-in-a-circle",
				`The tables ${names} refer to each other in a circle; no order fits.`,
			);
		}
		for (const table of free) ordered.set(table.name, table);
		left = left.filter(({ name }) => !ordered.has(name));
	}
	return [...ordered.values()];
}
