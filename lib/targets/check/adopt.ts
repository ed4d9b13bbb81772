import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { keptFields } from "#lib/targets/compare/compare.ts";
import type { Finding } from "#lib/targets/compare/sides.ts";

/** What is there and what it should be: it becomes ours as it is. */
function isAdoptable({ isOwned, wanted, there, targetPk }: Finding): boolean {
	return !isOwned && wanted !== null && there !== null && targetPk !== null && wanted.object.kind === there.kind;
}

/**
 * Takes what was found into our keeping: nothing is written there. Where it differs, it stays as it is there until a person accepts what the
 * catalogue says, or the catalogue says something else. Returns how many were taken.
 */
export async function adoptFound(
	sql: Sql | Transaction,
	targetId: number,
	findings: readonly Finding[],
): Promise<number> {
	const rows = findings.filter(isAdoptable).map(adoptedRow);
	if (rows.length === 0) return 0;
	const replaced = findings.filter(isAdoptable).flatMap(({ replaces }) => replaces ?? []);
	if (replaced.length > 0) await sql`delete from target_objects where id = any(${replaced}::bigint[])`;
	const values = sql`
		select ${targetId}::bigint, r.kind, r."datasetId", r."containerId", r.part, r.identifier, r."targetPk", r.written, r.desired, r.differing, true,
			case when r.differing = '{}' then 'same' else 'differs (adopted)' end::target_object_state
		from jsonb_to_recordset(${json(sql, rows)}) as r(kind target_object_kind, "datasetId" bigint, "containerId" bigint, part text, identifier text,
			"targetPk" bigint, written jsonb, desired jsonb, differing text[])`;
	// A push may have noted before that it could not write it.
	const update = sql`do update set identifier = excluded.identifier, target_pk = excluded.target_pk, written = excluded.written, desired = excluded.desired,
		differing = excluded.differing, adopted = true, state = excluded.state, message = null, updated_at = now() where target_objects.target_pk is null`;
	const columns = sql`target_id, kind, dataset_id, container_id, part, identifier, target_pk, written, desired, differing, adopted, state`;
	const ofDatasets = await sql`
		insert into target_objects (${columns}) ${values} where r."datasetId" is not null
		on conflict (target_id, dataset_id, kind, part) where dataset_id is not null ${update}`;
	const ofContainers = await sql`
		insert into target_objects (${columns}) ${values} where r."containerId" is not null
		on conflict (target_id, container_id) where container_id is not null ${update}`;
	return ofDatasets.count + ofContainers.count;
}

/** What differed of it stays as it is there. */
export function asAdopted(finding: Finding): Finding {
	if (!isAdoptable(finding)) return finding;
	const isSame = finding.fields.length === 0;
	return {
		...finding,
		class: isSame ? "same" : finding.class === "conflict" ? "conflict" : "differs (adopted)",
		message: finding.replaces === null ? finding.message : null,
		fields: finding.fields.map((field) => ({ ...field, fate: "adopted" })),
	};
}

function adoptedRow({ kind, identifier, targetPk, wanted, there, fields }: Finding) {
	if (wanted === null || there === null) throw new Error("What has no counterpart is not adopted.");
	const differing = fields.map(({ field }) => field);
	return {
		kind,
		datasetId: wanted.datasetId,
		containerId: wanted.containerId,
		part: wanted.part,
		identifier,
		targetPk,
		written: keptFields(there),
		desired: differing.length === 0 ? null : keptFields(wanted.object, differing),
		differing,
	};
}
