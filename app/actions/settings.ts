"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { channelId, channelInput } from "#lib/catalog/channels/channel-inputs.ts";
import { deleteChannel, saveChannel } from "#lib/catalog/channels/channels.ts";
import { saveDefaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { scheduleInput } from "#lib/catalog/schedules/schedule-input.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { dashboardUrl, readEnv } from "#lib/env.ts";
import { testChannel } from "#lib/notifications/test-channel.ts";
import { validatedAction } from "./validated-action.ts";

/** Of all containers that have no schedule of their own. */
export const saveDefaultScheduleAction = validatedAction(
	"settings.update",
	z.strictObject({ schedule: scheduleInput.nullable() }),
	async ({ schedule }, _caller, { database, version }) => {
		await saveDefaultSchedule(database, schedule, { version });
		refresh();
		return {};
	},
);

export const saveChannelAction = validatedAction(
	"channels.edit",
	channelInput,
	async (input, _caller, { database, version }) => {
		const id = await saveChannel(database, input, { version });
		refresh();
		return { id };
	},
);

export const deleteChannelAction = validatedAction(
	"channels.edit",
	channelId,
	async ({ id }, _caller, { database }) => {
		await deleteChannel(database, id);
		refresh();
		return {};
	},
);

/** As it is saved. */
export const testChannelAction = validatedAction("channels.test", channelId, async ({ id }, _caller, { database }) => {
	const env = readEnv();
	const sending = { access: storageAccess(env), dashboard: dashboardUrl(env), signal: AbortSignal.timeout(60_000) };
	const sent = await testChannel(database, id, sending);
	refresh();
	return { sent };
});
