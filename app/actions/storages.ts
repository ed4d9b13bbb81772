"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { catalog } from "#app/catalog.ts";
import { storageTests } from "#app/engine.ts";
import { deleteStorage, saveStorage } from "#lib/catalog/configuration.ts";
import { sourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { validatedAction } from "./validated-action.ts";

/** A storage that takes longer to list its first folders is as good as out of reach for somebody who waits. */
const testTimeout = () => AbortSignal.timeout(30_000);

/** Refused when there is one of that name. */
export const createStorageAction = validatedAction("storages.create", storageInput, async (input) => {
	await saveStorage(await catalog(), input, { create: true });
	refresh();
	return { name: input.name };
});

export const updateStorageAction = validatedAction("storages.update", storageInput, async (input) => {
	await saveStorage(await catalog(), input);
	refresh();
	return { name: input.name };
});

export const deleteStorageAction = validatedAction(
	"storages.delete",
	z.strictObject({ name: z.string().min(1) }),
	async ({ name }) => {
		await deleteStorage(await catalog(), name);
		refresh();
		return {};
	},
);

/** As it is configured. */
export const testStorageAction = validatedAction(
	"storages.test",
	z.strictObject({ name: z.string().min(1) }),
	async ({ name }) => {
		const { testStorage } = await storageTests();
		return { test: await testStorage(await catalog(), name, { signal: testTimeout() }) };
	},
);

/** As the form has it, with the secrets that are kept. */
export const testStorageDraftAction = validatedAction("storages.test", storageInput, async (input) => {
	const { testDraft } = await storageTests();
	return { test: await testDraft(await catalog(), input, { signal: testTimeout() }) };
});

export const testSourceAction = validatedAction("storages.test", sourceInput, async (source) => {
	const { testSource } = await storageTests();
	return { test: await testSource(await catalog(), source, { signal: testTimeout() }) };
});
