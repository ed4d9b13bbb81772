import { signedIn } from "#app/access/signed-in.ts";
import { storageActions } from "#app/actions/storage-actions.ts";
import { catalog } from "#app/catalog.ts";
import { StoragesView } from "#components/storages/storages-view.tsx";
import { storageOverview } from "#lib/catalog/storages/storage-overview.ts";

export default async function StoragesPage() {
	await signedIn();
	return <StoragesView seed={await storageOverview(await catalog())} actions={storageActions} />;
}
