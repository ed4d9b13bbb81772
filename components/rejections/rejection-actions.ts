import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

/** Which files: of a reason, of a folder, or one. */
export interface RejectionsChoice {
	readonly container?: string | undefined;
	readonly storage?: string | undefined;
	readonly directory?: string | undefined;
	readonly code?: string | undefined;
	readonly pattern?: string | undefined;
	readonly search?: string | undefined;
	readonly path?: string | undefined;
}

export interface RejectionActions {
	readonly ignore: (
		choice: RejectionsChoice & { readonly note: string },
	) => Promise<ActionResult<{ readonly files: number }>>;
	readonly stopIgnoring: (choice: RejectionsChoice) => Promise<ActionResult<{ readonly files: number }>>;
	readonly retry: (choice: RejectionsChoice) => Promise<
		ActionResult<{
			readonly files: number;
			/** Of several containers. */
			readonly batch: number | null;
			readonly runs: readonly { readonly run: number }[];
		}>
	>;
}

/** Of the routes that list and export them. */
export function choiceParameters(choice: RejectionsChoice, ignored: boolean): URLSearchParams {
	const given = Object.entries(choice).filter((entry): entry is [string, string] => entry[1] !== undefined);
	return new URLSearchParams([...given, ["ignored", String(ignored)]]);
}
