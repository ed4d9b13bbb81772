import { batchOperations } from "./batch-operations.ts";
import { containerOperations } from "./container-operations.ts";
import { coverageOperations } from "./coverage-operations.ts";
import { datasetOperations } from "./dataset-operations.ts";
import { deletionOperations } from "./deletion-operations.ts";
import { exceptionOperations } from "./exception-operations.ts";
import { heatOperations } from "./heat-operations.ts";
import type { Operation } from "./operation.ts";
import { problemOperations } from "./problem-operations.ts";
import { publishOperations } from "./publish-operations.ts";
import { rejectionOperations } from "./rejection-operations.ts";
import { renameOperations } from "./rename-operations.ts";
import { requestOperations } from "./request-operations.ts";
import { reshapeOperations } from "./reshape-operations.ts";
import { runOperations } from "./run-operations.ts";
import { storageOperations } from "./storage-operations.ts";
import { surveyOperations } from "./survey-operations.ts";
import { targetOperations } from "./target-operations.ts";
import { targetPushOperations } from "./target-push-operations.ts";

/** Every call there is, in the order of the document. */
export const operations: readonly Operation[] = [
	...containerOperations,
	...publishOperations,
	...deletionOperations,
	...renameOperations,
	...reshapeOperations,
	...datasetOperations,
	...rejectionOperations,
	...runOperations,
	...heatOperations,
	...requestOperations,
	...exceptionOperations,
	...problemOperations,
	...batchOperations,
	...storageOperations,
	...surveyOperations,
	...coverageOperations,
	...targetOperations,
	...targetPushOperations,
];
