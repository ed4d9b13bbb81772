import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export interface CoverageActions {
	readonly look: (input: {
		readonly name: string;
		readonly anew: boolean;
	}) => Promise<ActionResult<{ readonly asked: number }>>;
	readonly cancel: (input: { readonly name: string }) => Promise<ActionResult<{ readonly cancelled: number }>>;
}

/** Where the address of a storage's coverage begins. */
export function coverageApi(storage: string): string {
	return `/api/storages/${encodeURIComponent(storage)}/coverage`;
}
