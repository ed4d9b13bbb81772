import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import type { TestAction } from "#components/storages/use-test.ts";
import type { ContainerInput, SourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";

/** Creates, or replaces the whole configuration: that of `ContainerDetail.version`, no other. */
export type SaveContainer = (input: ContainerInput, version: string) => Promise<ActionResult<{ readonly id: string }>>;

/** The server actions of a container's page. */
export interface ContainerActions {
	readonly requestRuns: RequestRuns;
	readonly save: SaveContainer;
	/** Refused when it has another number of datasets than `deletionEffect` told. */
	readonly remove: (input: { readonly id: string; readonly datasets: number }) => Promise<ActionResult>;
	/** What deleting it would do to its datasets, in words. */
	readonly deletionEffect: (input: {
		readonly id: string;
	}) => Promise<ActionResult<{ readonly datasets: number; readonly sentence: string }>>;
	readonly testSource: TestAction<SourceInput>;
}
