import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import type { TestAction } from "#components/storages/use-test.ts";
import type { ContainerInput, SourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";

/** Creates, or replaces the whole configuration. */
export type SaveContainer = (input: ContainerInput) => Promise<ActionResult<{ readonly id: string }>>;

/** The server actions of a container's page. */
export interface ContainerActions {
	readonly requestRuns: RequestRuns;
	readonly save: SaveContainer;
	readonly remove: (input: { readonly id: string }) => Promise<ActionResult>;
	/** What deleting it would do to its datasets, in words. */
	readonly deletionEffect: (input: { readonly id: string }) => Promise<ActionResult<{ readonly sentence: string }>>;
	readonly testSource: TestAction<SourceInput>;
}
