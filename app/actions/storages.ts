"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { catalog } from "#app/catalog.ts";
import { storageTests } from "#app/engine.ts";
import { deleteStorage, saveStorage } from "#lib/catalog/configuration.ts";
import { sourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { listStorages } from "#lib/catalog/storages.ts";
import { UsageError } from "#lib/errors.ts";
import { storageConfig } from "#lib/storage/config.ts";
import { validatedAction } from "./validated-action.ts";

/** A storage that takes longer to list its first folders is as good as out of reach for somebody who waits. */
const testTimeout = () => AbortSignal.timeout(30_000);

/** Refused when there is one of that name. */
export const createStorageAction = validatedAction(storageInput, async (input) => {
	await saveStorage(await catalog(), input, { create: true });
	refresh();
	return { name: input.name };
});

export const updateStorageAction = validatedAction(storageInput, async (input) => {
	await saveStorage(await catalog(), input);
	refresh();
	return { name: input.name };
});

export const deleteStorageAction = validatedAction(z.strictObject({ name: z.string().min(1) }), async ({ name }) => {
	await deleteStorage(await catalog(), name);
	refresh();
	return {};
});

export const testStorageAction = validatedAction(storageConfig, async (config) => {
	const { testStorage } = await storageTests();
	return { test: await testStorage(config, { signal: testTimeout() }) };
});

export const testSourceAction = validatedAction(sourceInput, async (source) => {
	const storage = (await listStorages(await catalog())).find(({ name }) => name === source.storage);
	if (storage === undefined) throw new UsageError(`There is no storage ${source.storage}. Choose one of the list.`);
	const { testSource } = await storageTests();
	return { test: await testSource(storage.config, source, { signal: testTimeout() }) };
});
