import type { Database } from "#lib/catalog/database/database.ts";

/** Days for what checks, pushes and adoptions of targets found and did. */
const keptDays = 90;

/**
 * Forgets old pushes, checks and adoptions, with their differences, in portions. What is not at its end stays, and of each target the newest
 * of each kind and end: pages show what the last check found, however long ago that was. A push by which a person
 * answered that the objects there belong to others stays as well. Returns how many went.
 */
export async function forgetPushes({ sql }: Pick<Database, "sql">, batch: number): Promise<number> {
	let forgotten = 0;
	for (;;) {
		const old = await sql<{ id: number }[]>`
			select p.id from target_pushes p where p.finished_at < now() - make_interval(days => ${keptDays})
				and not (p.hold is not distinct from 'adoption' and p.approval_reason is not null) and exists (select from target_pushes n where n.target_id = p.target_id and n.kind = p.kind and n.state = p.state and n.id > p.id)
			order by p.id limit ${batch}`;
		if (old.length === 0) return forgotten;
		const pushes = old.map(({ id }) => id);
		for (let count = batch; count === batch; )
			({ count } = await sql`
				delete from target_differences where (push_id, number) in (
					select push_id, number from target_differences where push_id = any(${pushes}) limit ${batch})`);
		forgotten += (await sql`delete from target_pushes where id = any(${pushes})`).count;
	}
}
