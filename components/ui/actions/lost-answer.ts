import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

/**
 * Calls a server action; a call without an answer becomes a refusal in plain words. The texts of the browser or React
 * never reach people.
 */
export async function answerOf<R>(action: () => Promise<ActionResult<R>>): Promise<ActionResult<R>> {
	try {
		return await action();
	} catch (error) {
		return { ok: false, error: lostAnswerText(error) };
	}
}

/** Whether the call had an effect is unknown: only its answer may be lost. */
export function lostAnswerText(error: unknown): string {
	// An error of the server comes without its message, but with the digest under which the server's log has it.
	const digest = error instanceof Error && "digest" in error ? String(error.digest) : "";
	return digest === ""
		? "The server did not answer. Check the connection, reload the page to see what happened, and try again if needed."
		: `Something went wrong on the server; its log says more under ${digest}. Reload the page to see what happened.`;
}
