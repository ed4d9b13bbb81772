import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { acknowledgements } from "#lib/catalog/schema/failure-schema.ts";
import { UsageError } from "#lib/errors.ts";
import type { CauseView } from "./cause-records.ts";

/** Causes that people know of: until an acknowledgement ends, no message is sent about its cause. */

type Acknowledgement = Pick<
	typeof acknowledgements.$inferSelect,
	"id" | "cause" | "note" | "by" | "at" | "until" | "containers" | "message"
>;

/** Those that have not ended; whether one still holds depends on its cause. */
export async function currentAcknowledgements({
	sql,
}: {
	readonly sql: Sql | Transaction;
}): Promise<readonly Acknowledgement[]> {
	return sql<Acknowledgement[]>`
		select id, cause, note, by, at, until, containers, message from acknowledgements where ended_at is null order by id`;
}

interface CauseNow {
	readonly containers: number;
	/** Why the storage does not answer; empty for other causes. */
	readonly message: string;
}

/** With an end it holds until then, without one until the cause concerns more containers, or the outage has another reason. */
export function holds(
	{ until, containers, message }: Pick<Acknowledgement, "until" | "containers" | "message">,
	cause: CauseNow,
	now: Date,
): boolean {
	if (until !== null) return Date.parse(until) > now.getTime();
	return cause.containers <= containers && cause.message === message;
}

interface NewAcknowledgement {
	readonly note: string;
	/** null: until the cause changes. */
	readonly until: string | null;
	readonly by: string;
}

/** Takes the place of an earlier one. @throws UsageError when the end is over already. */
export async function acknowledge(
	{ sql }: Pick<Database, "sql">,
	{ key, storage, containers, down, reason }: Pick<CauseView, "key" | "storage" | "containers" | "down" | "reason">,
	{ note, until, by }: NewAcknowledgement,
): Promise<void> {
	if (until !== null && Date.parse(until) <= Date.now())
		throw new UsageError("Choose an end in the future, or leave it out: then it ends when the cause changes.");
	await endAcknowledgement({ sql }, key, by);
	await sql`
		insert into acknowledgements (cause, storage_id, note, by, until, containers, message)
		values (${key}, (select id from storages where name = ${storage}), ${note}, ${by}, ${until}, ${containers}, ${down ? reason : ""})`;
}

/** Returns whether there was one. */
export async function endAcknowledgement(
	{ sql }: { readonly sql: Sql | Transaction },
	key: string,
	by: string,
): Promise<boolean> {
	const ended =
		await sql`update acknowledgements set ended_at = now(), ended_by = ${by} where cause = ${key} and ended_at is null`;
	return ended.count > 0;
}

interface Acknowledged {
	/** The keys of the causes whose acknowledgements hold. */
	readonly current: ReadonlySet<string>;
	/** The keys of causes whose acknowledgement has just run out, while containers still fail by them. */
	readonly expired: readonly string[];
}

/** Ends those that do not hold any more, so that none of them holds again later. */
export async function endOutdatedAcknowledgements(
	{ sql }: { readonly sql: Sql | Transaction },
	causes: readonly CauseView[],
): Promise<Acknowledged> {
	const now = new Date();
	const isCurrent = (one: Acknowledgement) => {
		const cause = causes.find(({ key }) => key === one.cause);
		// A cause that is gone may come back before its time is over.
		if (cause === undefined) return one.until !== null && Date.parse(one.until) > now.getTime();
		return holds(one, { containers: cause.containers, message: cause.reason }, now);
	};
	const { current = [], over = [] } = Object.groupBy(await currentAcknowledgements({ sql }), (one) =>
		isCurrent(one) ? "current" : "over",
	);
	if (over.length > 0)
		await sql`
			update acknowledgements set ended_at = now(), ended_by = case when until is null then 'the cause changed' else 'its time was over' end
			where id = any(${over.map(({ id }) => id)}) and ended_at is null`;
	return {
		current: new Set(current.map(({ cause }) => cause)),
		expired: over
			.filter(({ cause, until }) => until !== null && causes.some(({ key }) => key === cause))
			.map(({ cause }) => cause),
	};
}
