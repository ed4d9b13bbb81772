import { setTimeout as sleep } from "node:timers/promises";
import type { Helped } from "#lib/catalog/runs/run-helpers.ts";
import { addParts, areLeft, type ClaimedPart, claimParts, type NewPart } from "#lib/catalog/runs/run-parts.ts";
import type { RunContext } from "#lib/sync/run-context.ts";

/** How long the leader waits before it looks again for parts to take back. */
const pauseMs = 100;

/**
 * How the leader shares its work with helpers: gives parts of it away when they are idle, and when it has nothing left to
 * do itself it takes back those that no helper has claimed. As long as there are no helpers, no row is written.
 */
export class Rebalancer {
	readonly #context: RunContext;
	readonly #sourceId: number | null;
	#wasShared = false;
	#helpers = 0;
	#answered: Helped | null = null;

	/** @param sourceId of the source being scanned; null: changes are read */
	constructor(context: RunContext, sourceId: number | null) {
		this.#context = context;
		this.#sourceId = sourceId;
	}

	/** Whether something was given away so far. */
	get wasShared(): boolean {
		return this.#wasShared;
	}

	/** The number of helpers that wait for work; 0 until the next report once something was given to them. */
	idleHelpers(): number {
		const { help } = this.#context.lease.progress;
		return help === this.#answered ? 0 : idleHelpersOf(help);
	}

	async give(parts: readonly NewPart[]): Promise<void> {
		const { database, lease, loaded } = this.#context;
		await database.sql.begin(async (sql) => {
			await lease.fence(sql);
			await addParts(sql, { run: lease.run, rule: loaded.folderRule }, parts);
		});
		this.#answered = lease.progress.help;
		this.#helpers = this.#answered.helpers;
		this.#wasShared = true;
	}

	/**
	 * Takes parts back until none is left. Waits while helpers have some, as they may return a rest; in the end what they
	 * have done is counted.
	 */
	async *takeBack(maxParts: number): AsyncGenerator<readonly ClaimedPart[], void> {
		if (!this.#wasShared) return;
		const { database, lease, loaded } = this.#context;
		const wanted = { run: lease.run, rule: loaded.folderRule, sourceId: this.#sourceId, maxParts };
		while (await areLeft(database, wanted)) {
			const parts = await database.sql.begin(async (sql) => {
				await lease.fence(sql);
				return claimParts(sql, { ...wanted, shares: this.#helpers + 1, owner: null });
			});
			if (parts.length > 0) yield parts;
			else await sleep(pauseMs, undefined, { signal: lease.signal });
			lease.signal.throwIfAborted();
		}
		await lease.progress.gatherHelp();
	}
}

/** Helpers are idle as long as fewer than two parts for each of them wait to be claimed. */
export function idleHelpersOf({ helpers, waiting }: Pick<Helped, "helpers" | "waiting">): number {
	return waiting < 2 * helpers ? helpers : 0;
}
