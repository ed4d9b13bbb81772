import type { ProblemActions } from "#components/problems/problem-actions.ts";
import {
	acknowledgeCauseAction,
	cancelRecheckAction,
	recheckCauseAction,
	revokeAcknowledgementAction,
} from "./problems.ts";
import { testStorageAction } from "./storages.ts";

/** As the components take them. */
export const problemActions: ProblemActions = {
	acknowledge: acknowledgeCauseAction,
	revoke: revokeAcknowledgementAction,
	recheck: recheckCauseAction,
	cancelRecheck: cancelRecheckAction,
	test: testStorageAction,
};
