import type { Metadata } from "next";
import { catalog } from "#app/catalog.ts";
import { StoragesView } from "#components/storages/storages-view.tsx";
import { listStorages } from "#lib/catalog/storages.ts";
import { storageActions } from "../actions/storage-actions.ts";

export const metadata: Metadata = { title: "Storages" };

export default async function StoragesPage() {
	return <StoragesView seed={await listStorages(await catalog())} actions={storageActions} />;
}
