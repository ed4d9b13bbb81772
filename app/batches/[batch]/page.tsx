import { notFound } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import { batchActions } from "#app/actions/runs/batch-actions.ts";
import { catalog } from "#app/catalog.ts";
import { BatchPage } from "#components/batches/batch-page.tsx";
import { batchView } from "#lib/catalog/batches/batches.ts";
import { batchId } from "#lib/catalog/inputs.ts";

interface BatchRouteProps {
	readonly params: Promise<{ readonly batch: string }>;
}

export default async function BatchRoute({ params }: BatchRouteProps) {
	await signedIn();
	const number = batchId.safeParse(Number((await params).batch));
	const batch = number.success ? await batchView(await catalog(), number.data) : null;
	if (batch === null) notFound();
	return <BatchPage key={batch.batch} seed={batch} actions={batchActions} />;
}
