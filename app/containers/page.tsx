import { signedIn } from "#app/access/signed-in.ts";
import { restoreContainerAction } from "#app/actions/containers.ts";
import { viewActions } from "#app/actions/people/view-actions.ts";
import { approvalActions } from "#app/actions/runs/approval-actions.ts";
import { requestRunsAction } from "#app/actions/runs/request-runs.ts";
import { catalog } from "#app/catalog.ts";
import { firstOfEach, type SearchParameters } from "#app/search-parameters.ts";
import { filterOf, noContainersAddress } from "#components/containers/container-address.ts";
import { firstScreen, sortByState } from "#components/containers/container-order.ts";
import { ContainersView } from "#components/containers/containers-view.tsx";
import { filterContainers } from "#lib/catalog/containers/container-filter.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { listDeletedContainers } from "#lib/catalog/containers/deleted-containers.ts";
import { listHistories } from "#lib/catalog/containers/histories.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";

interface ContainersPageProps {
	readonly searchParams: SearchParameters;
}

/** Long histories of thousands of containers would be megabytes of page: then only the first screen comes with it. */
export default async function ContainersPage({ searchParams }: ContainersPageProps) {
	await signedIn();
	const filter = filterOf({ ...noContainersAddress, ...(await firstOfEach(searchParams)) });
	const [containers, deleted] = await Promise.all([
		listContainers(await catalog()),
		listDeletedContainers(await catalog()),
	]);
	// What the address asks for comes first.
	const isWanted = new Set(filterContainers(containers, filter, Date.now()));
	const { wanted = [], others = [] } = Object.groupBy(sortByState(containers), (container) =>
		isWanted.has(container) ? "wanted" : "others",
	);
	const first = firstScreen([...wanted, ...others]);
	return (
		<ContainersView
			seed={await withHistories(first)}
			total={containers.length}
			requestRuns={requestRunsAction}
			deleted={deleted}
			restore={restoreContainerAction}
			viewActions={viewActions}
			approvals={approvalActions}
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
