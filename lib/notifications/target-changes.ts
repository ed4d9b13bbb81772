import type { Transaction } from "#lib/catalog/database/database.ts";
import type { targets } from "#lib/catalog/schema/target-schema.ts";
import { isBehind, type TargetStanding } from "#lib/catalog/targets/target-lag.ts";
import { targetStandings } from "#lib/catalog/targets/target-standing.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { formatPlural } from "#lib/numbers.ts";
import { outageNotice } from "./outage-notice.ts";

/** Whether people are told of targets: that one falls behind, that a push waits for an approval, that it is in step again. */

/** `failed`: it is behind; `held`: a push waits for an approval; null: all is well. */
export type TargetTrouble = "failed" | "held" | null;

export interface TargetReport {
	readonly trouble: TargetTrouble;
	/** What people were told last; null: that it is in step, or nothing. */
	readonly told: TargetTrouble;
	readonly toldAt: Instant | null;
	readonly isPaused: boolean;
}

/** Decides which message people get; null: none. They also get one when one trouble takes the place of another. */
export function targetNotice(
	{ trouble, told, toldAt, isPaused }: TargetReport,
	at: Instant,
): { readonly event: "failed" | "held" | "recovered"; readonly repeated: boolean } | null {
	const toldDown = told !== null && (trouble === null || trouble === told);
	const notice = outageNotice({ down: trouble !== null, toldDown, toldAt, silenced: isPaused }, at);
	return notice?.event === "failed" ? { event: trouble ?? "failed", repeated: notice.repeated } : notice;
}

type ToldColumns = Pick<typeof targets.$inferSelect, "id" | "told" | "toldAt">;

/** Records a notice for each target of which people should know something new. */
export async function recordTargetHealth(sql: Transaction): Promise<void> {
	const told = await sql<
		ToldColumns[]
	>`select id, told, told_at as "toldAt" from targets order by id for update skip locked`;
	if (told.length === 0) return;
	const standings = new Map((await targetStandings({ sql })).map((standing) => [standing.id, standing]));
	for (const row of told) {
		const standing = standings.get(row.id);
		if (standing === undefined) continue;
		const trouble = standing.held !== null ? "held" : isBehind(standing) ? "failed" : null;
		const report = { ...row, trouble, isPaused: standing.pause !== null } as const;
		const notice = targetNotice(report, new Date().toISOString());
		if (notice === null) continue;
		const { event, repeated } = notice;
		await sql`
			insert into notices (target_id, event, reason, repeated)
			values (${row.id}, ${event}, ${reasonOf(standing, event).slice(0, 1000)}, ${repeated})`;
		const isTrouble = event !== "recovered";
		await sql`
			update targets set told = ${isTrouble ? event : null}, told_at = case when ${isTrouble} then clock_timestamp() else told_at end
			where id = ${row.id}`;
	}
}

function reasonOf({ lag, held, error, failingSince }: TargetStanding, event: "failed" | "held" | "recovered"): string {
	if (event === "recovered") return "All that changed has been pushed";
	if (event === "held") return held?.reason ?? "";
	const waiting = formatPlural(lag.changes, "change waits", "changes wait");
	return failingSince === null ? waiting : `${waiting}; since ${failingSince}: ${error ?? "it cannot be reached"}`;
}
