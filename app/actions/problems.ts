"use server";

import { z } from "zod";
import { enqueue } from "#app/queue.ts";
import { acknowledge, endAcknowledgement } from "#lib/catalog/causes/acknowledgements.ts";
import { acknowledgementInput, causeKey, recheckKind } from "#lib/catalog/causes/cause-inputs.ts";
import { findCause } from "#lib/catalog/causes/causes.ts";
import { cancelRecheck } from "#lib/catalog/causes/rechecks.ts";
import { UsageError } from "#lib/errors.ts";
import { recheckCause } from "#lib/jobs/requests/recheck.ts";
import { validatedAction } from "./validated-action.ts";

const about = z.strictObject({ key: causeKey });

export const acknowledgeCauseAction = validatedAction(
	"problems.acknowledge",
	acknowledgementInput.extend({ key: causeKey }),
	async ({ key, note, until }, { name: by }, { database }) => {
		const cause = await findCause(database, key);
		if (cause === null) throw new UsageError("No container fails by it any more.");
		await acknowledge(database, cause, { note, until, by });
		return {};
	},
);

export const revokeAcknowledgementAction = validatedAction(
	"problems.revoke",
	about,
	async ({ key }, { name: by }, { database }) => ({ ended: (await endAcknowledgement(database, key, by)) ? 1 : 0 }),
);

export const recheckCauseAction = validatedAction(
	"problems.recheck",
	about.extend({ kind: recheckKind }),
	async ({ key, kind }, { name: by }, { database, afterwards }) => {
		const { waits, runs, containers } = await recheckCause(database, { key, kind, by, trigger: "dashboard" });
		afterwards(() => enqueue(runs));
		return { waits, containers };
	},
);

export const cancelRecheckAction = validatedAction(
	"problems.cancel-recheck",
	about,
	async ({ key }, { name: by }, { database }) => {
		await cancelRecheck(database, key, by);
		return {};
	},
);
