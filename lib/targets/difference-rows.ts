import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { targetDifferences } from "#lib/catalog/schema/target-schema.ts";

export type DifferenceRow = Omit<typeof targetDifferences.$inferSelect, "pushId">;

/** Keeps what a check found, or a push did. */
export async function insertDifferences(
	sql: Sql | Transaction,
	push: number,
	rows: readonly DifferenceRow[],
): Promise<void> {
	await sql`
		insert into target_differences (push_id, number, class, kind, identifier, eo_id, dataset_id, container_id, target_pk, fields, message)
		select ${push}, r.number, r.class, r.kind, r.identifier, r."eoId", r."datasetId", r."containerId", r."targetPk", r.fields, r.message
		from jsonb_to_recordset(${json(sql, rows)}) as r(number integer, class target_difference_class, kind target_object_kind, identifier text,
			"eoId" text, "datasetId" bigint, "containerId" bigint, "targetPk" bigint, fields jsonb, message text)`;
}
