import { Progress } from "#components/ui/states/progress.tsx";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";

/** How far a batch is, as a bar: containers that were left out or forgotten do not have a turn any more. */
export function BatchProgress({ batch, className }: { readonly batch: BatchView; readonly className: string }) {
	return (
		<Progress
			label={`Batch ${batch.batch}`}
			done={batch.done + batch.leftOut + batch.gone}
			total={batch.total}
			className={className}
		/>
	);
}
