"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { places, storageTests } from "#app/engine.ts";
import { deleteStorage, saveStorage } from "#lib/catalog/configuration.ts";
import { sourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { pauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { readNames } from "#lib/metadata/read-names.ts";
import { storageEffect } from "#lib/sync/edit-effect.ts";
import { validatedAction } from "./validated-action.ts";

/** A storage that takes longer to list its first folders counts as unreachable for a person who waits, milliseconds. */
const testTimeout = () => AbortSignal.timeout(30_000);

/** Refused when the name is taken. */
export const createStorageAction = validatedAction(
	"storages.create",
	storageInput,
	async (input, _caller, { database }) => {
		await saveStorage(database, input, { create: true });
		refresh();
		return { name: input.name };
	},
);

export const updateStorageAction = validatedAction(
	"storages.update",
	storageInput,
	async (input, _caller, { database, version }) => {
		await saveStorage(database, input, { version });
		refresh();
		return { name: input.name };
	},
);

/** For which datasets the storage would be another place. */
export const storageEffectAction = validatedAction(
	"edits.read",
	storageInput,
	async (input, _caller, { database }) => ({ ...(await storageEffect(database, input)) }),
);

export const deleteStorageAction = validatedAction(
	"storages.delete",
	z.strictObject({ name: z.string().min(1) }),
	async ({ name }, _caller, { database }) => {
		await deleteStorage(database, name);
		refresh();
		return {};
	},
);

/** As it is configured. */
export const testStorageAction = validatedAction(
	"storages.test",
	z.strictObject({ name: z.string().min(1) }),
	async ({ name }, _caller, { database }) => {
		const { testStorage } = await storageTests();
		return { test: await testStorage(database, name, { signal: testTimeout() }) };
	},
);

/** As the form has it, with the secrets that are kept. */
export const testStorageDraftAction = validatedAction(
	"storages.try",
	storageInput,
	async (input, _caller, { database }) => {
		const { testDraft } = await storageTests();
		return { test: await testDraft(database, input, { signal: testTimeout() }) };
	},
);

export const testSourceAction = validatedAction("storages.try", sourceInput, async (source, _caller, { database }) => {
	const { testSource } = await storageTests();
	return { test: await testSource(database, source, { signal: testTimeout() }) };
});

/** Names of a source's data files, to try a pattern on. */
export const sourceNamesAction = validatedAction("folders.read", sourceInput, async (source, _caller, { database }) => {
	const { namesOfSource } = await places();
	return { ...(await namesOfSource(database, source, { signal: testTimeout() })) };
});

/** What patterns read from names. */
export const readNamesAction = validatedAction(
	"folders.read",
	z.strictObject({
		patterns: z.array(z.string().min(1).max(1000)).min(1).max(5),
		names: z.array(z.string().max(1000)).max(200),
		timeZone: z.string().max(100),
	}),
	async ({ patterns, names, timeZone }) => ({ ...readNames(patterns, names, timeZone) }),
);

export const pauseStorageAction = validatedAction(
	"storages.pause",
	pauseInput.extend({ name: z.string().min(1) }),
	async ({ name, until, note }, { name: by }, { database }) => {
		await pauseStorage(database, name, { until, note, by });
		return {};
	},
);

export const resumeStorageAction = validatedAction(
	"storages.resume",
	z.strictObject({ name: z.string().min(1) }),
	async ({ name }, _caller, { database }) => ({ ended: (await resumeStorage(database, name)) ? 1 : 0 }),
);
