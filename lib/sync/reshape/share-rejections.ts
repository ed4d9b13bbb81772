import { isDeepStrictEqual } from "node:util";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { ReshapedSource } from "#lib/catalog/json-columns.ts";
import { loadSources, readRulesOf, type SourceRules } from "#lib/sync/loaded-run.ts";
import { rejectionsInto } from "./into-container.ts";
import { partsOf } from "./parts-of.ts";

interface OwnSources {
	readonly containerId: number;
	readonly sources: readonly ReshapedSource[];
}

interface Rejected {
	readonly containerId: number;
	readonly storageId: number;
	readonly path: string;
	readonly sourceId: number;
}

/**
 * Files that were rejected while the containers were one, after the run `since`, get into each of them that looks for them: its next sync
 * would find them. Where another one reads files by other rules, that sync finds out what comes of the file.
 */
export async function shareRejections(
	sql: Transaction,
	containers: readonly OwnSources[],
	since: number,
): Promise<void> {
	const ids = containers.flatMap(({ sources }) => sources.map(({ id }) => id));
	const rules = await loadSources({ sql }, ids);
	const rulesById = new Map(rules.map((source) => [source.id, source]));
	const finders = containers.map(({ containerId, sources }) => ({
		containerId,
		sources,
		partOf: partsOf(rules, [sources]),
	}));
	const rejected = sql<Rejected[]>`
		select container_id as "containerId", storage_id as "storageId", path, source_id as "sourceId" from rejections
		where container_id = any(${containers.map(({ containerId }) => containerId)}) and run_id > ${since}`;
	for await (const batch of inBatches(sql, rejected, 2000)) {
		const copies = batch.flatMap((file) =>
			finders.flatMap(({ containerId, sources, partOf }) => {
				if (containerId === file.containerId) return [];
				const source = sources[partOf(file, null)?.source ?? -1];
				if (source === undefined || !readAlike(rulesById.get(source.id), rulesById.get(file.sourceId))) return [];
				return [{ ...file, to: containerId, toSource: source.id }];
			}),
		);
		if (copies.length > 0) await copyRejections(sql, copies);
	}
}

function readAlike(one: SourceRules | undefined, other: SourceRules | undefined): boolean {
	if (one === undefined || other === undefined) return false;
	const all = (rules: SourceRules) => ({
		...readRulesOf(rules),
		metadata: rules.metadata,
		metadataPath: rules.metadataPath,
		metadataStorage: rules.metadataStorage?.id,
	});
	return isDeepStrictEqual(all(one), all(other));
}

interface Copy extends Rejected {
	readonly to: number;
	readonly toSource: number;
}

async function copyRejections(sql: Transaction, copies: readonly Copy[]): Promise<void> {
	await sql`
		${rejectionsInto(sql, { container: sql`m."to"`, source: sql`m."toSource"` })}
		from jsonb_to_recordset(${json(sql, copies)}) as m("containerId" bigint, "storageId" bigint, path text, "to" bigint, "toSource" bigint)
			join rejections r on r.container_id = m."containerId" and r.storage_id = m."storageId" and r.path = m.path
		on conflict do nothing`;
}
