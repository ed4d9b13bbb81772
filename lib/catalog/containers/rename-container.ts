import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import { UsageError } from "#lib/errors.ts";
import { forgetFormerId, holderOf, noContainerText, rememberFormerId } from "./former-ids.ts";

interface Renaming {
	/** EO ID. */
	readonly id: string;
	/** The EO ID that it gets: other letters, upper and lower case among them, are another EO ID. */
	readonly to: string;
	readonly actor: string;
}

/**
 * Gives a container another EO ID. All that belongs to it follows, as it refers to the container's key; the EO ID that it had becomes a
 * former one. Plans that wait stay as they are, and so does a run that looks at the archive.
 * @throws UsageError when there is no such container, the new EO ID is its own or taken, or a run is writing into the container.
 */
export async function renameContainer({ sql }: Pick<Database, "sql">, { id, to, actor }: Renaming): Promise<void> {
	await sql.begin(async (tx) => {
		await requireNoApply(tx, id);
		// No apply gives a dataset the EO ID meanwhile.
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const [container] = await tx<{ key: number }[]>`
			select id as key from containers where eo_id = ${id} and deleted_at is null for update`;
		if (!container) throw new UsageError(await noContainerText({ sql: tx }, id));
		if (to === id) throw new UsageError(`The container is called ${id} already.`);
		const holder = await holderOf({ sql: tx }, to, container.key);
		if (holder !== null) throw new UsageError(`The EO ID ${to} is taken by ${holder}; choose another one.`);
		await giveEoId(tx, container.key, { from: id, to, actor });
	});
}

/** The rename itself: the caller has locked the container and checked that the EO ID is free. */
export async function giveEoId(
	sql: Transaction,
	key: number,
	{
		from,
		to,
		actor,
		run = null,
	}: { readonly from: string; readonly to: string; readonly actor: string; readonly run?: number | null },
): Promise<void> {
	await forgetFormerId({ sql }, to);
	await sql`update containers set eo_id = ${to} where id = ${key}`;
	await rememberFormerId(sql, { eoId: from, containerId: key, how: "renamed", actor, runId: run });
}

/** It would be waited for, however long it takes. */
async function requireNoApply(sql: Transaction, id: string): Promise<void> {
	const [busy] = await sql<Pick<typeof runs.$inferSelect, "id">[]>`
		select r.id from runs r join containers c on c.id = r.container_id
		where c.eo_id = ${id} and r.state = 'applying' and r.lease_until > now() limit 1`;
	if (busy) throw new UsageError(`Run ${busy.id} of ${id} is being applied; rename the container when it has ended.`);
}
