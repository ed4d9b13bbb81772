import type { Metadata } from "next";
import { createContainerAction } from "#app/actions/containers.ts";
import { storageActions } from "#app/actions/storage-actions.ts";
import { testSourceAction } from "#app/actions/storages.ts";
import { catalog } from "#app/catalog.ts";
import { NewContainer } from "#components/containers/new-container.tsx";
import { listStorages } from "#lib/catalog/storages.ts";

export const metadata: Metadata = { title: "Add container" };

export default async function NewContainerPage() {
	const storages = await listStorages(await catalog());
	return (
		<NewContainer
			storages={storages.map(({ name }) => name)}
			create={createContainerAction}
			storageActions={storageActions}
			testSource={testSourceAction}
		/>
	);
}
