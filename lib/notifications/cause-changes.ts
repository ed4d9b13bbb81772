import { causesByContainer, listCauses } from "#lib/catalog/causes/causes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import type { toldCauses } from "#lib/catalog/schema/failure-schema.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { isKnown, type KnownMatters } from "./known-causes.ts";
import { repeatAfterMs } from "./outage-notice.ts";

/** Containers that fail by the same cause are reported in one notice, not one each. */

/** A cause of fewer containers is no notice of its own: the container is reported. */
const fewestContainers = 2;

/** A cause as it was last reported. */
type ReportedCause = typeof toldCauses.$inferSelect;

/** A cause as it is now. */
interface CurrentCause {
	/** Containers that fail by it, without those whose failure people know of already. */
	readonly containers: number;
	/** When a run failed by it last. */
	readonly lastFailed: Instant;
}

/**
 * Decides whether a cause that several containers fail by is reported: when it begins, when twice as many containers fail by it as were
 * reported, and once a day while runs still fail by it. null: not now.
 */
export function causeNotice(
	reported: Pick<ReportedCause, "containers" | "toldAt"> | null,
	{ containers, lastFailed }: CurrentCause,
	at: Instant,
): { readonly repeated: boolean } | null {
	if (reported === null) return { repeated: false };
	const { toldAt: reportedAt } = reported;
	if (reportedAt === null || containers >= 2 * reported.containers) return { repeated: true };
	const isOld = Date.parse(at) - Date.parse(reportedAt) >= repeatAfterMs;
	return isOld && Date.parse(lastFailed) > Date.parse(reportedAt) ? { repeated: true } : null;
}

interface FailingRow {
	readonly cause: string;
	readonly containers: number;
	/** Those whose failure people do not know of yet. */
	readonly reportable: number;
	readonly lastFailed: Instant;
}

/**
 * Records one notice for each cause that several containers fail by, and for each that is over. Returns the keys of the causes that were
 * reported: a container that fails by nothing else is not reported itself.
 */
export async function recordCauseHealth(
	sql: Transaction,
	known: KnownMatters,
	{ fails }: { /** A run failed since the last time. */ readonly fails: boolean },
): Promise<ReadonlySet<string>> {
	const rows = await sql<ReportedCause[]>`select cause, sentence, containers, told_at as "toldAt" from told_causes`;
	if (rows.length === 0 && !fails) return new Set();
	const reported = new Map(rows.map((row) => [row.cause, row]));
	const failing = await failingCauses(sql, known);
	const now = new Date().toISOString();
	const due = failing.flatMap(({ cause, reportable, lastFailed }) => {
		const before = reported.get(cause) ?? null;
		if (reportable < (before === null ? fewestContainers : 1)) return [];
		const notice = causeNotice(before, { containers: reportable, lastFailed }, now);
		return notice === null ? [] : [{ cause, containers: reportable, ...notice }];
	});
	const sentences = due.length === 0 ? new Map<string, string>() : await sentencesOf(sql);
	for (const { cause, containers, repeated } of due) {
		const sentence = (sentences.get(cause) ?? cause).slice(0, 1000);
		await note(sql, { event: "failed", cause, containers, sentence, repeated });
		await sql`
			insert into told_causes as t (cause, sentence, containers, told_at) values (${cause}, ${sentence}, ${containers}, clock_timestamp())
			on conflict (cause) do update set sentence = excluded.sentence, containers = excluded.containers, told_at = excluded.told_at`;
		reported.set(cause, { cause, sentence, containers, toldAt: now });
	}
	// A cause that is acknowledged is reported again when the acknowledgement ends.
	await sql`update told_causes set told_at = null where cause = any(${[...known.acknowledged]}) and told_at is not null`;
	const over = [...reported.values()].filter(({ cause }) => !failing.some((each) => each.cause === cause));
	for (const { cause, containers, sentence } of over) {
		await note(sql, { event: "recovered", cause, containers, sentence, repeated: false });
		await sql`delete from told_causes where cause = ${cause}`;
		reported.delete(cause);
	}
	return new Set(reported.keys());
}

/** How many containers fail by each cause there is. */
async function failingCauses(sql: Transaction, { acknowledged, closed }: KnownMatters): Promise<readonly FailingRow[]> {
	return sql<FailingRow[]>`
		select f.cause, count(distinct f.container_id) as containers, max(f.at) as "lastFailed",
			count(distinct f.container_id) filter (where not ${isKnown(sql, { causes: [...acknowledged], closed })}) as reportable
		from (${causesByContainer(sql)}) f left join storage_health h on h.storage_id = f.storage_id group by 1 order by 1`;
}

async function sentencesOf(sql: Transaction): Promise<ReadonlyMap<string, string>> {
	return new Map((await listCauses({ sql })).map(({ key, sentence }) => [key, sentence]));
}

interface CauseNotice {
	readonly event: "failed" | "recovered";
	readonly cause: string;
	readonly containers: number;
	readonly sentence: string;
	readonly repeated: boolean;
}

async function note(sql: Transaction, { event, cause, containers, sentence, repeated }: CauseNotice): Promise<void> {
	await sql`
		insert into notices (cause, containers, event, reason, repeated) values (${cause}, ${containers}, ${event}, ${sentence}, ${repeated})`;
}
