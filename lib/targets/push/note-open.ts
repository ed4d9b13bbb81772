import type { Database } from "#lib/catalog/database/database.ts";
import type { ClaimedPush } from "#lib/catalog/targets/push-requests.ts";

/**
 * Notes what a person means who asks for a push: beside what changed here also what could not be written or was changed there, and what the last check
 * found; to write over what was changed there, all of it is compared.
 */
export async function noteOpen({ sql }: Pick<Database, "sql">, { targetId, overwrite }: ClaimedPush): Promise<void> {
	if (overwrite) {
		await sql`update targets set compare_all = true where id = ${targetId}`;
		return;
	}
	await sql.begin(async (tx) => {
		const open = tx`
			select dataset_id, container_id from target_objects where target_id = ${targetId} and state in ('conflict', 'changed there')
			union select dataset_id, container_id from target_differences where class in ('missing', 'differs', 'changed there', 'conflict')
				and push_id = (select max(id) from target_pushes where target_id = ${targetId} and kind = 'check' and state = 'succeeded')`;
		// What is noted already is compared once.
		await tx`
			select from eosync_note_target(${targetId}, (select array_agg(id) from (
				select dataset_id as id from (${open}) o where dataset_id is not null
				except select unnest(datasets) from target_notes where target_id = ${targetId}) fresh))`;
		await tx`
			insert into target_notes (target_id, container_id) select ${targetId}, container_id from (${open}) o where container_id is not null`;
	});
}
