import type { StorageActions } from "#components/storages/storage-dialog.tsx";
import {
	createStorageAction,
	deleteStorageAction,
	pauseStorageAction,
	resumeStorageAction,
	storageEffectAction,
	testStorageAction,
	testStorageDraftAction,
	updateStorageAction,
} from "./storages.ts";

/** As the components take them. */
export const storageActions: StorageActions = {
	create: createStorageAction,
	update: updateStorageAction,
	effect: storageEffectAction,
	remove: deleteStorageAction,
	pause: pauseStorageAction,
	resume: resumeStorageAction,
	test: testStorageAction,
	testDraft: testStorageDraftAction,
};
