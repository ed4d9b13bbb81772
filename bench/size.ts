import type { Database } from "#lib/catalog/database/database.ts";

/** The size of the catalogue on disk, table by table: those of 1 MB and more, also in bytes per row. */
export async function sizeOnDisk({ sql }: Database): Promise<string> {
	const tables = await sql<{ name: string; rows: number; table: number; indexes: number }[]>`
		select relname as name, greatest(n_live_tup, 1)::float8 as rows, pg_table_size(relid)::float8 as table, pg_indexes_size(relid)::float8 as indexes
		from pg_stat_user_tables where pg_total_relation_size(relid) >= 1e6 order by pg_total_relation_size(relid) desc`;
	const lines = tables.map(({ name, rows, table, indexes }) => {
		const cells = [name, rows.toLocaleString("en"), megabytes(table), megabytes(indexes)];
		return `| ${[...cells, ((table + indexes) / rows).toFixed(0)].join(" | ")} |`;
	});
	const head = "| table | rows | table | indexes | bytes per row |\n|---|---|---|---|---|";
	return lines.length === 0 ? "" : `## Size on disk, in the end\n\n${[head, ...lines].join("\n")}`;
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 0 })} MB`;
}
