import type { Metadata } from "next";
import { signedIn } from "#app/access/signed-in.ts";
import { restoreContainerAction } from "#app/actions/containers.ts";
import { requestRunsAction } from "#app/actions/request-runs.ts";
import { catalog } from "#app/catalog.ts";
import { firstScreen, sortByState } from "#components/containers/container-order.ts";
import { ContainersView } from "#components/containers/containers-view.tsx";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { listDeletedContainers } from "#lib/catalog/containers/deleted-containers.ts";
import { listHistories } from "#lib/catalog/containers/histories.ts";
import type { ContainerView } from "#lib/catalog/read-models.ts";

export const metadata: Metadata = { title: "Containers" };

interface ContainersPageProps {
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** Long histories of thousands of containers would be megabytes of page: then only the first screen comes with it. */
export default async function ContainersPage({ searchParams }: ContainersPageProps) {
	await signedIn();
	const { q, state } = await searchParams;
	const [containers, deleted] = await Promise.all([
		listContainers(await catalog()),
		listDeletedContainers(await catalog()),
	]);
	const first = firstScreen(sortByState(containers));
	return (
		<ContainersView
			seed={await withHistories(first)}
			total={containers.length}
			search={typeof q === "string" ? q : ""}
			state={typeof state === "string" ? state : ""}
			requestRuns={requestRunsAction}
			deleted={deleted}
			restore={restoreContainerAction}
		/>
	);
}

/** So that the strips stand there when the page does. */
async function withHistories(containers: readonly ContainerView[]): Promise<readonly ContainerView[]> {
	const ids = containers.map(({ id }) => id);
	const histories = await listHistories(await catalog(), ids);
	const historyById = new Map(histories.map(({ id, history }) => [id, history]));
	return containers.map((container) => ({ ...container, history: historyById.get(container.id) ?? [] }));
}
