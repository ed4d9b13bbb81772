import { signedIn } from "#app/access/signed-in.ts";
import { createContainerAction } from "#app/actions/containers.ts";
import { storageActions } from "#app/actions/storage-actions.ts";
import { readNamesAction, sourceNamesAction, testSourceAction } from "#app/actions/storages.ts";
import { catalog } from "#app/catalog.ts";
import { NotAllowed } from "#components/access/not-allowed.tsx";
import { NewContainer } from "#components/container/new-container.tsx";
import { may } from "#lib/access/permissions.ts";
import { defaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";

export default async function NewContainerPage() {
	const { role } = await signedIn();
	if (!may(role, "containers.create")) return <NotAllowed act="containers.create" />;
	const database = await catalog();
	const [storages, { schedule }] = await Promise.all([listStorages(database), defaultSchedule(database)]);
	return (
		<NewContainer
			storages={storages.map(({ name, config }) => ({ name, type: config.type }))}
			byDefault={schedule}
			create={createContainerAction}
			storageActions={storageActions}
			testSource={testSourceAction}
			fileNames={{ names: sourceNamesAction, read: readNamesAction }}
		/>
	);
}
