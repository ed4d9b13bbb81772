import { notFound, permanentRedirect } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import {
	mergeContainersAction,
	previewMergeAction,
	previewSplitAction,
	splitContainerAction,
} from "#app/actions/reshaping.ts";
import { catalog } from "#app/catalog.ts";
import { NotAllowed } from "#components/access/not-allowed.tsx";
import { ReshapeView } from "#components/reshape/reshape-view.tsx";
import { decoded } from "#components/ui/address/decoded.ts";
import { may } from "#lib/access/permissions.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { formerId } from "#lib/catalog/containers/former-ids.ts";
import { eoId } from "#lib/catalog/inputs.ts";

interface ReshapePageProps {
	readonly params: Promise<{ readonly id: string }>;
}

export default async function ReshapePage({ params }: ReshapePageProps) {
	const { role } = await signedIn();
	if (!may(role, "containers.split")) return <NotAllowed act="containers.split" />;
	const asked = eoId.safeParse(decoded((await params).id));
	if (!asked.success) notFound();
	const database = await catalog();
	const containers = await listContainers(database);
	const container = containers.find(({ id }) => id === asked.data);
	if (container === undefined) {
		const former = await formerId(database, asked.data);
		if (former === null) notFound();
		permanentRedirect(`/containers/${encodeURIComponent(former.container)}/reshape`);
	}
	return (
		<ReshapeView
			key={container.id}
			container={{ id: container.id, kind: container.kind, datasets: container.datasets }}
			others={containers
				.filter(({ id, kind }) => kind === "dataset-series" && id !== container.id)
				.map(({ id, title, datasets }) => ({ id, title, datasets }))}
			actions={{
				previewSplit: previewSplitAction,
				split: splitContainerAction,
				previewMerge: previewMergeAction,
				merge: mergeContainersAction,
			}}
		/>
	);
}
