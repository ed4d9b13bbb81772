import { createHash } from "node:crypto";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { ContainerInput, SourceInput } from "#lib/catalog/inputs.ts";

/** The sources that a container had before it was split or merged: a configuration file may still have them. */

type Shape = Pick<SourceInput, "storage" | "path" | "include" | "exclude">;

interface Reshaped {
	readonly id: string;
	readonly run: number;
	readonly role: "split" | "into" | "merged";
	readonly appliedAt: string;
	readonly before: readonly Shape[];
	readonly now: readonly Shape[];
	/** Digests of what it had before people or files edited it, and when they did. */
	readonly edited: readonly { readonly shape: string; readonly until: string }[];
}

/**
 * Says why a container of a configuration file is refused: it has sources of before a split or merge, of the container or of one that was
 * merged into it, and would undo that. A file that was exported since, or edited, has others.
 */
export async function formerShapeProblems(
	{ sql }: { readonly sql: Sql | Transaction },
	containers: readonly Pick<ContainerInput, "id" | "sources">[],
): Promise<readonly string[]> {
	const rows = await sql<Reshaped[]>`
		with recursive whole as (
			select c.id as key, c.eo_id, c.id as part from containers c where c.eo_id = any(${containers.map(({ id }) => id)})
			union all select w.key, w.eo_id, m.id from whole w join containers m on m.merged_into = w.part
		)
		select w.eo_id as id, p.run_id as run, p.role, r.applied_at as "appliedAt", coalesce((
				select jsonb_agg(jsonb_build_object('storage', st.name, 'path', b->>'path', 'include', b->'include', 'exclude', b->'exclude'))
				from jsonb_array_elements(p.before->'sources') b join sources s on s.id = (b->>'id')::bigint join storages st on st.id = s.storage_id), '[]') as before,
			coalesce((select jsonb_agg(jsonb_build_object('storage', st.name, 'path', s.path, 'include', to_jsonb(s.include), 'exclude', to_jsonb(s.exclude)))
				from sources s join storages st on st.id = s.storage_id where s.container_id = w.key and not s.retired), '[]') as now,
			coalesce((select jsonb_agg(jsonb_build_object('shape', f.shape, 'until', f.until)) from former_sources f where f.container_id = w.part), '[]') as edited
		from whole w join reshaped_containers p on p.container_id = w.part join runs r on r.id = p.run_id
		where p.role in ('split', 'into', 'merged') and p.applied_revision is not null
			and not exists (select from runs v where v.reverts_run_id = p.run_id and v.applied_at is not null)`;
	return containers.flatMap(({ id, sources }) => {
		const former = rows.find((row) => row.id === id && isFormer(row, sources));
		if (!former) return [];
		const what = former.role === "split" ? "was split" : "had others merged into it";
		return [
			`${id} ${what} by run ${former.run}, and the file has its sources of before: change them, or take what eosync configure --export writes; nothing was done.`,
		];
	});
}

/** It had these sources before it was split or merged, and never since. */
function isFormer({ appliedAt, before, now, edited }: Reshaped, sources: readonly Shape[]): boolean {
	const shape = shapeOf(sources);
	if (shape === shapeOf(now)) return false;
	const until = edited.find((each) => each.shape === shape)?.until ?? null;
	if (until !== null && Date.parse(until) > Date.parse(appliedAt)) return false;
	return until !== null || shape === shapeOf(before);
}

/** Remembers the sources that a container has before they are edited. */
export async function rememberShape(sql: Transaction, container: number, sources: readonly Shape[]): Promise<void> {
	await sql`
		insert into former_sources (container_id, shape, until) values (${container}, ${shapeOf(sources)}, clock_timestamp())
		on conflict (container_id, shape) do update set until = excluded.until`;
}

/** A digest of the sources, in any order. */
export function shapeOf(sources: readonly Shape[]): string {
	const texts = sources.map(({ storage, path, include, exclude }) => JSON.stringify([storage, path, include, exclude]));
	return createHash("sha256").update(JSON.stringify(texts.sort())).digest("hex");
}
