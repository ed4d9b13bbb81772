import { outageKey } from "#lib/catalog/causes/cause-records.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import type { KnownMatters } from "./known-causes.ts";
import { type OutageReport, outageNotice } from "./outage-notice.ts";

interface StorageRow extends Omit<OutageReport, "silenced"> {
	readonly storage: number;
	readonly name: string;
	readonly reason: string;
	readonly containers: number;
}

/** Of a storage that comes and goes, so many outages are reported within an hour; after that it is back once it has answered for so long. */
const outagesAnHour = 2;
const steadyMinutes = 10;

/**
 * Records one notice for each storage that went down or came back, for all of its containers together. Called before the containers
 * whose runs ended are judged: a container that fails by a reported outage is not reported itself.
 */
export async function recordStorageHealth(sql: Transaction, { acknowledged, closed }: KnownMatters): Promise<void> {
	for (const { storage, name, reason, containers, ...row } of await storagesToTell(sql)) {
		const silenced = closed.has(storage) || acknowledged.has(outageKey(storage));
		const notice = outageNotice({ ...row, silenced }, new Date().toISOString());
		if (notice === null) {
			// It answered for a moment only: the present outage counts as reported, too.
			if (row.down && row.toldDown)
				await sql`update storage_health set told_at = clock_timestamp() where storage_id = ${storage} and told_at < down_from`;
			continue;
		}
		const { event, repeated } = notice;
		const said = event === "recovered" ? `${name} was reached; its containers can be examined` : reason;
		await sql`
			insert into notices (storage_id, containers, event, reason, repeated)
			values (${storage}, ${containers}, ${event}, ${said.slice(0, 1000)}, ${repeated})`;
		await sql`
			update storage_health set told_down = ${event === "failed"}, told_at = case when ${event === "failed"} then clock_timestamp() else told_at end
			where storage_id = ${storage}`;
	}
}

/** Those that are down, or were when people heard of them last; with the containers that have sources there. */
async function storagesToTell(sql: Transaction): Promise<readonly StorageRow[]> {
	return sql<StorageRow[]>`
		select * from (
			select st.id as storage, st.name, st.unreachable_since is not null as down, coalesce(st.unreachable_reason, '') as reason,
				h.told_down as "toldDown", h.told_at as "toldAt",
				coalesce(h.down_until > now() - make_interval(mins => ${steadyMinutes}), false) and (select count(*) from notices n
					where n.storage_id = st.id and n.event = 'failed' and not n.repeated and n.at > now() - interval '1 hour') >= ${outagesAnHour} as unsteady,
				(select count(distinct c.id) from sources s join containers c on c.id = s.container_id
					where st.id in (s.storage_id, s.metadata_storage_id) and not s.retired and c.deleted_at is null) as containers
			from storages st join storage_health h on h.storage_id = st.id where st.unreachable_since is not null or h.told_down
		) known where containers > 0 or "toldDown"`;
}
