import type { StorageActions } from "#components/storages/storage-dialog.tsx";
import {
	createStorageAction,
	deleteStorageAction,
	testStorageAction,
	testStorageDraftAction,
	updateStorageAction,
} from "./storages.ts";

/** As the components take them. */
export const storageActions: StorageActions = {
	create: createStorageAction,
	update: updateStorageAction,
	remove: deleteStorageAction,
	test: testStorageAction,
	testDraft: testStorageDraftAction,
};
