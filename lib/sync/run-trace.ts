import type { RunPhase } from "#lib/catalog/json-columns.ts";
import type { Attributes, Span } from "#lib/telemetry/span.ts";
import { startTrace } from "#lib/telemetry/trace.ts";

/** The trace of a run, as far as this process works on it: a span for the run, and below it one for each phase. */
export class RunTrace {
	readonly #run: Span;
	#phase: Span | null = null;

	constructor(run: number) {
		this.#run = startTrace("run", { "eosync.run": run });
	}

	/** The span that everything done now belongs to. */
	span(): Span {
		return this.#phase ?? this.#run;
	}

	/** Describes the whole run. */
	set(attributes: Attributes): void {
		this.#run.set(attributes);
	}

	/** Begins a phase; `done` is the count of the one that ends. */
	begin(phase: RunPhase, done: number): void {
		this.#phase?.set({ "eosync.done": done });
		this.#phase?.end();
		this.#phase = phase === "finished" ? null : this.#run.child(phase);
	}

	/** With what went wrong, if something did. */
	end(error?: unknown): void {
		this.#phase?.end();
		this.#run.end(error);
	}
}
