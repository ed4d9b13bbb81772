import { refused } from "#lib/targets/eoxserver/refusals.ts";
import type { Step } from "./push-plan.ts";

/**
 * Writes all objects but those that the target's database refuses (by a trigger or constraint of its own): a refused set is written again in
 * halves, until the one object is found. It becomes a conflict with the database's own words.
 */

/** Where so many are refused and none was taken, it is not the objects. */
const mostRefused = 20;

type Write = (steps: readonly Step[], before: readonly Step[]) => Promise<void>;

/** Returns the steps as they came out, in their order. `write` does those that it is given, after those before, or throws and has done none. */
export async function writeInHalves(steps: readonly Step[], write: Write): Promise<readonly Step[]> {
	const done: Step[] = [];
	let refusals = 0;
	let taken = 0;
	const attempt = async (some: readonly Step[]): Promise<void> => {
		try {
			await write(some, done);
			done.push(...some);
			taken += some.filter(isWriting).length;
		} catch (error) {
			const message = refusalOf(error);
			const writing = some.filter(isWriting);
			if (message === null) throw error;
			if (writing.length <= 1) {
				if (++refusals > mostRefused && taken === 0) throw error;
				done.push(...some.map((step) => (isWriting(step) ? asConflict(step, message) : step)));
				return;
			}
			const middle = some.indexOf(writing[Math.floor(writing.length / 2)] as Step);
			await attempt(some.slice(0, middle));
			await attempt(some.slice(middle));
		}
	};
	await attempt(steps);
	return done;
}

type WritingStep = Extract<Step, { do: "create" | "update" | "remove" }>;

function isWriting(step: Step): step is WritingStep {
	return step.do === "create" || step.do === "update" || step.do === "remove";
}

function asConflict(step: WritingStep, message: string): Step {
	return step.do === "remove" ? { do: "hold", owned: step.owned, message } : refused(step, message);
}

/** Errors of data, of constraints, and what a trigger raises. null: it is about something else, such as the connection. */
function refusalOf(error: unknown): string | null {
	if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return null;
	if (!/^(?:22|23|44|P0)/.test(error.code)) return null;
	const detail = "detail" in error && typeof error.detail === "string" ? ` ${error.detail}` : "";
	return `The database there refuses it: ${error.message}${detail}`.toWellFormed().slice(0, 1000);
}
