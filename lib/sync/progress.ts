import type { Database } from "#lib/catalog/database/database.ts";
import type { RunPhase, RunProgress } from "#lib/catalog/json-columns.ts";
import { endHelp, type Helped } from "#lib/catalog/runs/run-helpers.ts";
import { recordProgress } from "#lib/catalog/runs/run-lifecycle.ts";
import type { RunTrace } from "./run-trace.ts";

/** Progress is written at most this often, */
const reportIntervalMs = 250;
/** and at least this often, though nothing is new: the answer says whether the run is cancelled, and who helps. */
const maxSilenceMs = 1000;

const noHelp: Helped = { done: 0, files: 0, helpers: 0, waiting: 0 };

interface ReporterOptions {
	readonly run: number;
	/** The owner of the run's lease. */
	readonly owner: string;
	readonly trace: RunTrace;
	/** A report failed; with LeaseLostError or CancelledError the run must stop. */
	readonly onError: (error: unknown) => void;
}

/** Counts what a run has done, phase by phase, and writes it to the run's row, together with what its helpers have done. */
export class ProgressReporter {
	readonly trace: RunTrace;
	readonly #database: Database;
	readonly #options: ReporterOptions;
	readonly #timer: NodeJS.Timeout;
	#current: RunProgress = { phase: "queued", done: 0, total: null };
	#phaseBegan = performance.now();
	/** The helpers as of the last report. */
	#help = noHelp;
	/** What helpers did of the present phase's parts that are over. */
	#helped = 0;
	#shown = "";
	#reportedAt = 0;
	#reporting: Promise<void> | null = null;

	constructor(database: Database, options: ReporterOptions) {
		this.#database = database;
		this.#options = options;
		this.trace = options.trace;
		this.#timer = setInterval(() => this.#tick(), reportIntervalMs);
	}

	/** What this process has done, helpers apart. */
	get current(): RunProgress {
		return this.#current;
	}

	/** The helpers as of the last report; each report gives a new object. */
	get help(): Helped {
		return this.#help;
	}

	/** Goes on with a run that was worked on before: its finished steps remain; what was not finished begins anew. */
	resume({ phase, steps = [], files }: RunProgress): void {
		const keepsFiles = phase !== "scanning" && files !== undefined;
		this.#current = { phase: "queued", done: 0, total: null, steps, ...(keepsFiles ? { files } : {}) };
	}

	/** Begins a phase; the last one becomes a finished step. */
	begin(phase: RunPhase, total: number | null): void {
		const next = this.next(phase, total);
		this.trace.begin(phase, this.#current.done);
		this.#phaseBegan = performance.now();
		this.#help = noHelp;
		this.#helped = 0;
		this.#current = next;
	}

	/** Returns the progress as it would be if that phase began now. */
	next(phase: RunPhase, total: number | null): RunProgress {
		const { phase: last, done, files, steps = [] } = this.#current;
		const helped = this.#helped > 0 ? { helped: this.#helped } : {};
		const step = { phase: last, done, ...helped, seconds: (performance.now() - this.#phaseBegan) / 1000 };
		return {
			phase,
			done: 0,
			total,
			since: new Date().toISOString(),
			steps: last === "queued" ? steps : [...steps, step],
			...(files === undefined ? {} : { files }),
		};
	}

	/** Adds to what is done. */
	advance(more: { readonly done?: number; readonly files?: number; readonly current?: string }): void {
		const { done = 0, files = 0, current } = more;
		this.#current = {
			...this.#current,
			done: this.#current.done + done,
			...(files ? { files: (this.#current.files ?? 0) + files } : {}),
			...(current === undefined ? {} : { current }),
		};
	}

	/** Takes over what helpers did, now that no part of theirs is left. */
	async gatherHelp(): Promise<void> {
		await this.settled();
		const helped = await endHelp(this.#database, this.#options.run, this.#current.phase);
		this.#help = noHelp;
		this.#helped += helped.done;
		this.advance(helped);
	}

	/** Resolves when no report is under way. */
	async settled(): Promise<void> {
		await this.#reporting;
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#tick(): void {
		this.#reporting ??= this.#report()
			.catch((error: unknown) => this.#options.onError(error))
			.finally(() => {
				this.#reporting = null;
			});
	}

	async #report(): Promise<void> {
		const now = performance.now();
		const { run, owner } = this.#options;
		const { phase } = this.#current;
		const { done, files } = this.#help;
		const sum = { ...this.#current, done: this.#current.done + done };
		const progress = files > 0 ? { ...sum, files: (sum.files ?? 0) + files } : sum;
		const text = JSON.stringify(progress);
		if (text === this.#shown && now - this.#reportedAt < maxSilenceMs) return;
		this.#shown = text;
		this.#reportedAt = now;
		const help = await recordProgress(this.#database, run, owner, progress);
		if (phase === this.#current.phase) this.#help = help;
	}
}
