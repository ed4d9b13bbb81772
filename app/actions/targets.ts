"use server";

import { refresh } from "next/cache";
import { targetPauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { approvePush, cancelPush, rejectPush, requestPush } from "#lib/catalog/targets/push-requests.ts";
import { acceptInput, namedTarget, pushDecision, pushOnly, pushRequest } from "#lib/catalog/targets/target-asks.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { pauseTarget, resumeTarget } from "#lib/catalog/targets/target-pauses.ts";
import { deleteTarget, saveTarget } from "#lib/catalog/targets/targets.ts";
import { acceptAsked, acceptanceEffect, withdrawAsked } from "#lib/targets/check/acceptance-effect.ts";
import { testTarget, testTargetDraft } from "#lib/targets/test-target.ts";
import { validatedAction } from "./validated-action.ts";

/** A database that takes longer to answer counts as unreachable for a person who waits, milliseconds. */
const testTimeout = () => AbortSignal.timeout(30_000);

/** Refused when the name is taken. It begins paused: a worker would push to it before anybody could check or adopt what is there. */
export const createTargetAction = validatedAction(
	"targets.create",
	targetInput,
	async (input, { name: by }, { database }) => {
		await saveTarget(database, input, { create: true });
		await pauseTarget(database, input.name, { until: null, note: "new: check, adopt what is there, then resume", by });
		refresh();
		return { name: input.name };
	},
);

export const updateTargetAction = validatedAction(
	"targets.update",
	targetInput,
	async (input, _caller, { database, version }) => {
		await saveTarget(database, input, { version });
		refresh();
		return { name: input.name };
	},
);

/** Its page, which is left then, is not rendered anew: it is gone. */
export const deleteTargetAction = validatedAction(
	"targets.delete",
	namedTarget,
	async ({ name }, _caller, { database }) => {
		await deleteTarget(database, name);
		return {};
	},
);

/** As it is configured. */
export const testTargetAction = validatedAction(
	"targets.test",
	namedTarget,
	async ({ name }, _caller, { database }) => {
		return { test: await testTarget(database, name, { signal: testTimeout() }) };
	},
);

/** As the form has it, with the password that is kept. */
export const testTargetDraftAction = validatedAction(
	"targets.try",
	targetInput,
	async (input, _caller, { database }) => {
		return { test: await testTargetDraft(database, input, { signal: testTimeout() }) };
	},
);

export const checkTargetAction = validatedAction(
	"targets.check",
	namedTarget,
	async ({ name }, { name: by }, { database }) => requestPush(database, { target: name, kind: "check", by }),
);

export const pushTargetAction = validatedAction(
	"targets.push",
	pushRequest,
	async ({ name, overwrite }, { name: by }, { database }) =>
		requestPush(database, { target: name, kind: "push", by, overwrite }),
);

export const adoptTargetAction = validatedAction(
	"targets.adopt",
	namedTarget,
	async ({ name }, { name: by }, { database }) => requestPush(database, { target: name, kind: "adopt", by }),
);

export const cancelPushAction = validatedAction(
	"targets.cancel",
	pushOnly,
	async ({ push }, { name: by }, { database }) => {
		await cancelPush(database, push, by);
		return {};
	},
);

/** Lets a held push do what was shown of it; the reason is kept with it. */
export const approvePushAction = validatedAction(
	"targets.approve",
	pushDecision,
	async ({ push, reason }, { name: by }, { database }) => {
		await approvePush(database, push, { by, reason });
		return {};
	},
);

export const rejectPushAction = validatedAction(
	"targets.approve",
	pushDecision,
	async ({ push, reason }, { name: by }, { database }) => {
		await rejectPush(database, push, { by, reason });
		return {};
	},
);

export const pauseTargetAction = validatedAction(
	"targets.pause",
	targetPauseInput.extend(namedTarget.shape),
	async ({ name, until, note }, { name: by }, { database }) => {
		await pauseTarget(database, name, { until, note, by });
		return {};
	},
);

export const resumeTargetAction = validatedAction(
	"targets.resume",
	namedTarget,
	async ({ name }, _caller, { database }) => ({ ended: (await resumeTarget(database, name)) ? 1 : 0 }),
);

/** What accepting would write; nothing is different afterwards. */
export const acceptEffectAction = validatedAction(
	"plans.read",
	acceptInput.extend(namedTarget.shape),
	async ({ name, ...asked }, _caller, { database }) => ({ ...(await acceptanceEffect(database, name, asked)) }),
);

/** The next push writes what the catalogue says. */
export const acceptDifferencesAction = validatedAction(
	"targets.accept",
	acceptInput.extend(namedTarget.shape),
	async ({ name, ...asked }, _caller, { database }) => ({ accepted: await acceptAsked(database, name, asked) }),
);

/** What was accepted, and no push has written yet, stays as it is there. */
export const withdrawAcceptanceAction = validatedAction(
	"targets.withdraw",
	acceptInput.extend(namedTarget.shape),
	async ({ name, ...asked }, _caller, { database }) => ({ withdrawn: await withdrawAsked(database, name, asked) }),
);
