import type { ApprovalActions } from "#components/runs/run-actions.ts";
import { approvableRunsAction, approveRunsAction } from "./runs.ts";

/** What lists of runs and containers approve held runs by. */
export const approvalActions: ApprovalActions = { approvable: approvableRunsAction, approve: approveRunsAction };
