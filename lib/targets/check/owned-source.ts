import type { Database } from "#lib/catalog/database/database.ts";
import type { targetObjects } from "#lib/catalog/schema/target-schema.ts";
import type { OwnedObject, OwnedSource } from "#lib/targets/compare/sides.ts";

/** So many of them at a time. */
const portion = 2000;

type OwnedRow = Omit<OwnedObject, "targetPk"> & Pick<typeof targetObjects.$inferSelect, "targetPk">;

/** What is ours in a target, as the catalogue keeps it. What could not be written there yet is left out. */
export function ownedSource({ sql }: Pick<Database, "sql">, targetId: number): OwnedSource {
	const columns = sql`o.id, o.kind, o.dataset_id as "datasetId", o.container_id as "containerId", o.part, o.identifier,
		o.target_pk as "targetPk", o.written, o.desired, o.differing`;
	const ofTarget = sql`from target_objects o where o.target_id = ${targetId} and o.target_pk is not null`;
	return {
		byNumbers: async (pks) =>
			present(await sql<OwnedRow[]>`select ${columns} ${ofTarget} and o.target_pk = any(${pks as number[]}::bigint[])`),
		byDatasets: async (ids) =>
			present(
				await sql<Pick<OwnedRow, "id" | "datasetId" | "kind" | "part" | "targetPk">[]>`
					select o.id, o.dataset_id as "datasetId", o.kind, o.part, o.target_pk as "targetPk" ${ofTarget} and o.dataset_id = any(${ids as number[]}::bigint[])`,
			),
		containers: async () =>
			present(await sql<OwnedRow[]>`select ${columns} ${ofTarget} and o.container_id is not null order by o.target_pk`),
		async *all() {
			let after = 0;
			for (;;) {
				const rows = present(
					await sql<
						OwnedRow[]
					>`select ${columns} ${ofTarget} and o.target_pk > ${after} order by o.target_pk limit ${portion}`,
				);
				if (rows.length > 0) yield rows;
				if (rows.length < portion) return;
				after = rows.at(-1)?.targetPk ?? after;
			}
		},
	};
}

function present<Row extends Pick<OwnedRow, "targetPk">>(
	rows: readonly Row[],
): readonly (Omit<Row, "targetPk"> & { readonly targetPk: number })[] {
	return rows.flatMap(({ targetPk, ...row }) => (targetPk === null ? [] : [{ ...row, targetPk }]));
}
