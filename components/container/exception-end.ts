import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";

/** When an exception ends. A removal's ends when the file comes back, whatever was asked for. */
export function exceptionEndText({ action, until }: Pick<ExceptionView, "action" | "until">): string {
	if (action === "removed") return "until the file comes back";
	return until === "for-good" ? "for good" : "until the file changes";
}
