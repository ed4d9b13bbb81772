import { hostname } from "node:os";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { RunPhase, RunProgress } from "#lib/catalog/json-columns.ts";
import { endHelp, type Helped } from "#lib/catalog/runs/run-helpers.ts";
import { heartbeat, leaseSeconds, moveRun, recordProgress, type Transition } from "#lib/catalog/runs/run-lifecycle.ts";
import { CancelledError, type EosyncError, LeaseLostError } from "#lib/errors.ts";
import type { Span } from "#lib/telemetry/span.ts";
import { startTrace } from "#lib/telemetry/trace.ts";
import type { WorkClaim } from "./work-claim.ts";

/** The beginning of the name of every lease owner in this process. */
export function leaseOwnerPrefix(): string {
	return `${hostname()}:${process.pid}:`;
}

const nothing: Helped = { done: 0, files: 0, helpers: 0, waiting: 0 };

/** Progress is shown no more often than this, milliseconds. */
const reportInterval = 250;

/**
 * One process's hold on a run: renews the lease, notices cancellation and loss of the lease, shows progress. Its `signal`
 * aborts with what went wrong; every step of a run takes it. It measures by a steady clock: that of the machine may be put
 * back by hours, and still the lease must be renewed.
 */
export class RunLease implements WorkClaim, AsyncDisposable {
	readonly signal: AbortSignal;
	readonly run: number;
	readonly owner: string;
	readonly #database: Database;
	readonly #abort = new AbortController();
	readonly #timer: NodeJS.Timeout;
	#progress: RunProgress = { phase: "queued", done: 0, total: null };
	#phaseBegan = performance.now();
	#reported = 0;
	#beat = performance.now();
	#pending: Promise<void> | null = null;
	/** Of the whole run, as far as this process works on it. */
	readonly trace: Span;
	#phaseSpan: Span | null = null;

	constructor(database: Database, run: number, owner: string, outer: AbortSignal) {
		this.#database = database;
		this.run = run;
		this.owner = owner;
		this.trace = startTrace("run", { "eosync.run": run });
		this.signal = AbortSignal.any([this.#abort.signal, outer]);
		this.#timer = setInterval(() => this.#tick(), reportInterval);
	}

	/** Goes on with a run that was worked on before: its finished steps stay its story; what was not finished begins anew. */
	resume({ phase, steps = [], files }: RunProgress): void {
		const keepsFiles = phase !== "scanning" && files !== undefined;
		this.#progress = { phase: "queued", done: 0, total: null, steps, ...(keepsFiles ? { files } : {}) };
	}

	async fence(sql: Transaction): Promise<void> {
		const [lease] = await sql`select from runs where id = ${this.run} and lease_owner = ${this.owner} for share`;
		if (!lease) throw new LeaseLostError(this.run);
	}

	/** What is done now belongs to this span: the phase's. */
	span(): Span {
		return this.#phaseSpan ?? this.trace;
	}

	/** Begins a phase; the last one becomes a finished step. */
	begin(phase: RunPhase, total: number | null): void {
		this.#phaseSpan?.set({ "eosync.done": this.#progress.done });
		this.#phaseSpan?.end();
		this.#phaseSpan = phase === "finished" ? null : this.trace.child(phase);
		const { phase: last, done, steps = [] } = this.#progress;
		const helped = this.#gathered > 0 ? { helped: this.#gathered } : {};
		const step = { phase: last, done, ...helped, seconds: (performance.now() - this.#phaseBegan) / 1000 };
		this.#gathered = 0;
		this.#phaseBegan = performance.now();
		const files = this.#progress.files;
		this.#progress = {
			phase,
			done: 0,
			total,
			since: new Date().toISOString(),
			steps: last === "queued" ? steps : [...steps, step],
			...(files === undefined ? {} : { files }),
		};
		this.#helped = nothing;
	}

	/**
	 * How many helpers have nothing to do; 0 until the next report once it was told, so that one want is not met twice.
	 */
	takeIdleHelpers(): number {
		const { helpers, waiting } = this.#helped;
		const isWanted = helpers > 0 && waiting < 2 * helpers;
		if (isWanted) this.#helped = { ...this.#helped, waiting: 2 * helpers };
		return isWanted ? helpers : 0;
	}

	/** Counts what helpers did in the phase that ends now; all parts are done. */
	async gatherHelp(): Promise<void> {
		await this.#pending?.catch(() => {});
		const helped = await endHelp(this.#database, this.run, this.#progress.phase);
		this.#helped = nothing;
		this.#gathered += helped.done;
		this.advance(helped);
	}

	/** So much more is done. */
	advance(more: { readonly done?: number; readonly files?: number; readonly current?: string }): void {
		const { done = 0, files = 0, current } = more;
		this.#progress = {
			...this.#progress,
			done: this.#progress.done + done,
			...(files ? { files: (this.#progress.files ?? 0) + files } : {}),
			...(current === undefined ? {} : { current }),
		};
	}

	/**
	 * Moves the run; inside the transaction of `sql` when one is given. Then the report under way is not waited for: it
	 * may itself be waiting for the run's row, which the transaction holds.
	 */
	async move(to: Transition, sql?: Transaction): Promise<void> {
		if (!sql) await this.#pending?.catch(() => {});
		this.signal.throwIfAborted();
		await moveRun(sql ? { sql } : this.#database, this.run, this.owner, { progress: this.#progress, ...to });
	}

	/** A transaction whose statement under way is given up as soon as `signal` aborts, however long it would take. */
	async transaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T> {
		const { sql: outside } = this.#database;
		return (await outside.begin(async (sql) => {
			const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
			let cancelling: Promise<unknown> | null = null;
			const cancel = () => {
				cancelling = outside`select pg_cancel_backend(${backend?.pid ?? 0})`.catch(() => {});
			};
			this.signal.addEventListener("abort", cancel, { once: true });
			try {
				this.signal.throwIfAborted();
				return await work(sql);
			} catch (error) {
				throw this.signal.aborted ? this.signal.reason : error;
			} finally {
				this.signal.removeEventListener("abort", cancel);
				// It must not hit what the connection is used for next.
				await cancelling;
			}
		})) as T;
	}

	/** What the trace is to say went wrong. */
	fail(error: unknown): void {
		this.#failure = error;
	}

	#failure: unknown;

	#tick(): void {
		if (this.#pending || this.signal.aborted) return;
		this.#pending = this.#report()
			.catch((error: EosyncError) => this.#failed(error))
			.finally(() => {
				this.#pending = null;
			});
	}

	#shown = "";
	/** As of the last report. */
	#helped = nothing;
	/** What of this phase's work helpers are known to have done, now that it is over. */
	#gathered = 0;

	async #report(): Promise<void> {
		const now = performance.now();
		if (now - this.#beat > (leaseSeconds * 1000) / 3) {
			this.#beat = now;
			await heartbeat(this.#database, this.run, this.owner);
		}
		const { done, files } = this.#helped;
		const { phase } = this.#progress;
		const shown = { ...this.#progress, done: this.#progress.done + done };
		const progress = files > 0 ? { ...shown, files: (shown.files ?? 0) + files } : shown;
		const text = JSON.stringify(progress);
		if (text === this.#shown && now - this.#reported < 1000) return;
		this.#shown = text;
		this.#reported = now;
		const helped = await recordProgress(this.#database, this.run, this.owner, progress);
		if (phase === this.#progress.phase) this.#helped = helped;
	}

	/** An outage of the database is not the end: the lease decides, at the latest when the next statement is fenced. */
	#failed(error: unknown): void {
		if (error instanceof LeaseLostError || error instanceof CancelledError) this.#abort.abort(error);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
		await this.#pending?.catch(() => {});
		this.#phaseSpan?.end();
		this.trace.end(this.#failure);
	}
}
