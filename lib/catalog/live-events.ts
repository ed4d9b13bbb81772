import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";

/** What the event stream sends, in batches; the page writes it into its caches. */
export type LiveEvent =
	/** Some earlier events are missing: read again what is shown. */
	| { readonly type: "gap" }
	| { readonly type: "run"; readonly run: RunView }
	| { readonly type: "container"; readonly container: ContainerView }
	| { readonly type: "batch"; readonly batch: BatchView }
	/** How a target does, or how far it is behind. */
	| { readonly type: "targets" }
	/** Something was created, edited or deleted: read the lists again. */
	| { readonly type: "configuration" };

/** Whether what the dashboard stands on is there. */
export interface ServiceStatus {
	readonly database: boolean;
	/** A worker was heard of within the last 20 s. */
	readonly worker: boolean;
}
