import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { versionOf } from "#lib/catalog/edit-version.ts";
import { type ContainerInput, durationOf, type SourceInput } from "#lib/catalog/inputs.ts";
import { ownSchedule, type ScheduleColumns, scheduleColumns } from "#lib/catalog/schedules/default-schedule.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";

/** Containers as they are configured, and nothing of what became of them: two statements, however many there are. */

export interface ConfiguredContainer {
	readonly id: string;
	readonly input: ContainerInput;
	/** An edit hands it back (`edit-version.ts`). */
	readonly version: string;
	/** The keys of the configuration file that was applied last; null: none has named it. */
	readonly fileKeys: readonly string[] | null;
	/** It had further sources, whose datasets the next run unlinks. */
	readonly hasRetiredSources: boolean;
}

type Containers = typeof containers.$inferSelect;

/** What `inputOf` needs. */
export type InputRow = Pick<
	Containers,
	"kind" | "title" | "retentionDays" | "rangeType" | "grid" | "guard" | "removalLooks" | "publishStac"
> &
	ScheduleColumns & {
		readonly id: string;
		/** Seconds. */
		readonly removalAfter: number;
	};

export const inputColumns = (sql: Sql | Transaction) => sql`c.range_type as "rangeType", c.grid, c.guard,
	c.removal_looks as "removalLooks", c.removal_after as "removalAfter", c.retention_days as "retentionDays", c.publish_stac as "publishStac"`;

/** The keys of a source in their order; versions depend on it. */
export const sourceInputColumns = (sql: Sql | Transaction) => sql`
	st.name as storage, s.path, s.include, s.exclude, s.metadata, ms.name as "metadataStorage", s.metadata_path as "metadataPath", s.range_type as "rangeType", s.file_name as "fileName",
	s.time_zone as "timeZone", s.symlinks, s.marker, s.checksum, s.stable_for as "stableFor", s.watch`;

/** @param ids EO IDs; default: of all that are not deleted. They come in the order of their EO IDs. */
export async function configuredContainers(
	{ sql }: { readonly sql: Sql | Transaction },
	ids: readonly string[] | null = null,
): Promise<readonly ConfiguredContainer[]> {
	const only = ids === null ? sql`` : sql`and c.eo_id = any(${ids as string[]})`;
	const rows = await sql<(InputRow & { key: number; fileKeys: string[] | null; hasRetiredSources: boolean })[]>`
		select c.id as key, c.eo_id as id, c.kind, c.title, ${inputColumns(sql)}, ${scheduleColumns(sql)}, c.file_keys as "fileKeys",
			exists (select from sources s where s.container_id = c.id and s.retired) as "hasRetiredSources"
		from containers c where c.deleted_at is null ${only} order by c.eo_id collate "C"`;
	const sources = await sql<(SourceInput & { key: number })[]>`
		select s.container_id as key, ${sourceInputColumns(sql)}
		from sources s join storages st on st.id = s.storage_id left join storages ms on ms.id = s.metadata_storage_id
		where not s.retired and s.container_id = any(${rows.map(({ key }) => key)}) order by s.container_id, s.position, s.id`;
	const sourcesByKey = Map.groupBy(sources, ({ key }) => key);
	return rows.map((row) => {
		const { id, key, fileKeys, hasRetiredSources } = row;
		const input = inputOf(
			row,
			(sourcesByKey.get(key) ?? []).map(({ key: _, ...source }) => source),
		);
		return { id, input, version: versionOf(input), fileKeys, hasRetiredSources };
	});
}

/** null: there is no such container. */
export async function configuredContainer(
	database: { readonly sql: Sql | Transaction },
	id: string,
): Promise<ConfiguredContainer | null> {
	const [container = null] = await configuredContainers(database, [id]);
	return container;
}

export function inputOf(row: InputRow, sources: readonly SourceInput[]): ContainerInput {
	const { id, kind, title, retentionDays, rangeType, guard } = row;
	return {
		id,
		kind,
		title,
		schedule: ownSchedule(row),
		retentionDays,
		rangeType,
		guard,
		publish: { stac: row.publishStac },
		removals: { looks: row.removalLooks, after: durationOf(row.removalAfter) },
		grid: row.grid && {
			crs: row.grid.crs,
			origin: [...row.grid.origin],
			resolution: [...row.grid.resolution],
			size: [...row.grid.size],
		},
		sources: [...sources],
	};
}
