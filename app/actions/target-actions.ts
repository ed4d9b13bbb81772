import type { TargetActions } from "#components/targets/target-actions.ts";
import {
	acceptDifferencesAction,
	acceptEffectAction,
	adoptTargetAction,
	approvePushAction,
	cancelPushAction,
	checkTargetAction,
	createTargetAction,
	deleteTargetAction,
	pauseTargetAction,
	pushTargetAction,
	rejectPushAction,
	resumeTargetAction,
	testTargetAction,
	testTargetDraftAction,
	updateTargetAction,
	withdrawAcceptanceAction,
} from "./targets.ts";

/** As the components take them. */
export const targetActions: TargetActions = {
	create: createTargetAction,
	update: updateTargetAction,
	remove: deleteTargetAction,
	test: testTargetAction,
	testDraft: testTargetDraftAction,
	check: checkTargetAction,
	push: pushTargetAction,
	adopt: adoptTargetAction,
	cancel: cancelPushAction,
	approve: approvePushAction,
	reject: rejectPushAction,
	accept: acceptDifferencesAction,
	acceptEffect: acceptEffectAction,
	withdraw: withdrawAcceptanceAction,
	pause: pauseTargetAction,
	resume: resumeTargetAction,
};
