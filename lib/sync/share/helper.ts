import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { countHelp, leave, type RunHelper, type SharedPhase, showPresence } from "#lib/catalog/runs/run-helpers.ts";
import { leaseSeconds } from "#lib/catalog/runs/run-lifecycle.ts";
import {
	addParts,
	type Claim,
	type ClaimedPart,
	claimParts,
	endParts,
	fenceParts,
	type NewPart,
	renewParts,
} from "#lib/catalog/runs/run-parts.ts";
import { LeaseLostError } from "#lib/errors.ts";
import type { LoadedRun } from "#lib/sync/loaded-run.ts";
import type { ReadContext } from "#lib/sync/read/portion.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";

/** How often a helper looks after its run: whether it is cancelled, or in another phase. */
const presenceIntervalMs = 500;

/** The result of helping. `cannot`: the run's files are out of reach from here, or its own version is another; it should not come again. */
export type Help = "helped" | "nothing to do" | "cannot";

/** What a helper's sources of work are given. */
export interface Helping extends ReadContext {
	readonly claim: Helper;
	readonly loaded: LoadedRun;
	readonly mayGoOn: () => boolean;
}

interface HelperOptions extends RunHelper {
	/** `LoadedRun.folderRule`. */
	readonly rule: string;
	/** Aborts when the process is to end. */
	readonly signal: AbortSignal;
}

/**
 * One process's claim to parts of a run that another one leads, during one phase: shows that it is there, and renews the
 * parts it has claimed. Its `signal` aborts when the run needs no more help in that phase.
 */
export class Helper implements WorkClaim, RunHelper, AsyncDisposable {
	readonly run: number;
	readonly owner: string;
	readonly phase: SharedPhase;
	readonly signal: AbortSignal;
	readonly #rule: string;
	readonly #database: Database;
	readonly #abort = new AbortController();
	readonly #timer: NodeJS.Timeout;
	#staging: readonly number[] = [];
	#renewedAt = performance.now();
	#pending: Promise<void> | null = null;
	#rest: NewPart[] = [];
	#done = 0;
	#files = 0;

	constructor(database: Database, { run, owner, phase, rule, signal }: HelperOptions) {
		this.#database = database;
		this.run = run;
		this.owner = owner;
		this.phase = phase;
		this.#rule = rule;
		this.signal = AbortSignal.any([this.#abort.signal, signal]);
		this.#timer = setInterval(() => this.#tick(), presenceIntervalMs);
		this.#tick();
	}

	/** What was done since a part ended last. */
	get done(): number {
		return this.#done;
	}

	async claim(wanted: Pick<Claim, "sourceId" | "maxParts" | "shares">): Promise<readonly ClaimedPart[]> {
		return claimParts(this.#database.sql, { ...wanted, run: this.run, rule: this.#rule, owner: this.owner });
	}

	/** Everything staged from now on belongs to these parts. */
	stageFor(parts: readonly ClaimedPart[]): void {
		this.#staging = parts.map(({ id }) => id);
	}

	async fence(sql: Transaction): Promise<void> {
		await fenceParts(sql, { run: this.run, owner: this.owner, parts: this.#staging });
	}

	/** Counted with the next part that ends. */
	advance({ done = 0, files = 0 }: { readonly done?: number; readonly files?: number }): void {
		this.#done += done;
		this.#files += files;
	}

	/** Puts back work of the current parts for others: it becomes parts of its own when these end. */
	putBack(rest: readonly NewPart[]): void {
		for (const part of rest) this.#rest.push(part);
	}

	/**
	 * Ends parts in the transaction that writes the last of what came of them.
	 * @throws LeaseLostError when another process has them, or they are void.
	 */
	async end(sql: Transaction, parts: readonly number[]): Promise<void> {
		const { run, owner } = this;
		await fenceParts(sql, { run, owner, parts });
		await addParts(sql, { run, rule: this.#rule }, this.#rest);
		this.#rest = [];
		await endParts(sql, parts);
		const counts = { done: this.#done, files: this.#files };
		this.#done = 0;
		this.#files = 0;
		await countHelp(sql, this, counts);
	}

	#tick(): void {
		if (this.signal.aborted) return;
		this.#pending ??= this.#show()
			// An outage is not the end: whether the parts are still its own is found out when something is written.
			.catch(() => {})
			.finally(() => {
				this.#pending = null;
			});
	}

	async #show(): Promise<void> {
		if ((await showPresence(this.#database, this)) !== this.phase) this.#abort.abort(new LeaseLostError(this.run));
		if (performance.now() - this.#renewedAt < (leaseSeconds * 1000) / 3) return;
		this.#renewedAt = performance.now();
		await renewParts(this.#database, this.run, this.owner);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
		await this.#pending;
		// If it fails, others get the parts once they are no longer renewed.
		await leave(this.#database, this).catch(() => {});
	}
}
