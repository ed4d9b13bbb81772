import type { Database } from "./database.ts";
import type { StorageView } from "./views.ts";

/** By name, with the containers that use them. */
export async function listStorages({ sql }: Database): Promise<readonly StorageView[]> {
	return sql<StorageView[]>`
		select st.id, st.name, st.config, st.created_at as "createdAt",
			array(select distinct c.eo_id from sources s join containers c on c.id = s.container_id
				where s.storage_id = st.id and not s.retired order by 1) as containers
		from storages st order by st.name`;
}
