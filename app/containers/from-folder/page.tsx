import { signedIn } from "#app/access/signed-in.ts";
import { createContainerAction } from "#app/actions/containers.ts";
import { requestRunsAction } from "#app/actions/runs/request-runs.ts";
import { storageActions } from "#app/actions/storage-actions.ts";
import { catalog } from "#app/catalog.ts";
import { NotAllowed } from "#components/access/not-allowed.tsx";
import { FromFolder } from "#components/onboarding/from-folder.tsx";
import { may } from "#lib/access/permissions.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { addressOf } from "#lib/storage/security/address.ts";

export default async function FromFolderPage() {
	const { role } = await signedIn();
	if (!may(role, "containers.create")) return <NotAllowed act="containers.create" />;
	const database = await catalog();
	const [storages, containers] = await Promise.all([listStorages(database), listContainers(database)]);
	return (
		<FromFolder
			storages={storages.map(({ name, config }) => ({ name, type: config.type, address: addressOf(config) }))}
			taken={containers.map(({ id }) => id)}
			storageActions={storageActions}
			create={createContainerAction}
			requestRuns={requestRunsAction}
		/>
	);
}
