import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { cancelPush, claimPush } from "#lib/catalog/targets/push-requests.ts";
import { targetDetail } from "#lib/catalog/targets/target-overview.ts";
import type { PushProgress } from "#lib/catalog/targets/target-records.ts";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { listenForInterruption } from "#lib/cli/interruption.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { pushProgressText } from "#lib/cli/output/target-text.ts";
import { actor } from "#lib/cli/with-catalog.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { consoleName } from "#lib/jobs/batches/console-lease.ts";
import { carryOut } from "#lib/targets/follow/follow.ts";

/** Milliseconds between two looks at what another process does, and between two lines or events of progress. */
const askEvery = 250;
const lineEvery = 5000;

export interface FollowedPush {
	readonly view: PushView;
	readonly interrupted: boolean;
}

/**
 * Carries out a push, check or adoption that was asked for, in this process or, where that is quicker, watches another one do it, and shows how far
 * it is. Ctrl-C cancels it.
 */
export async function followPush(
	database: Database,
	{ push, target, json }: { readonly push: number; readonly target: string; readonly json: boolean },
): Promise<FollowedPush> {
	const access = storageAccess(readEnv());
	const show = progressOf(target, push, json);
	using interruption = listenForInterruption(() => cancelPush(database, push, actor()));
	for (;;) {
		const claimed = await claimPush(database, { owner: consoleName(), push });
		const followed =
			claimed === null
				? null
				: await carryOut(database, claimed, {
						owner: claimed.owner,
						access,
						signal: interruption.stop,
						onProgress: show,
					});
		const view = (await targetDetail(database, target, push))?.shown;
		if (!view) throw new UsageError(`Push ${push} is gone: its target was removed meanwhile.`);
		// It is put off where it failed: others try it again when the target can be reached.
		if (followed?.end?.state === "failed" || (view.state !== "queued" && view.state !== "running")) {
			if (process.stderr.isTTY && !json) process.stderr.write("\r\x1b[2K");
			return { view, interrupted: interruption.leave.aborted };
		}
		if (interruption.stop.aborted) return { view, interrupted: true };
		if (view.progress !== null) show(view.progress);
		await sleep(askEvery, undefined, { signal: interruption.stop }).catch(() => {});
	}
}

function progressOf(target: string, push: number, json: boolean): (progress: PushProgress) => void {
	let last = Number.NEGATIVE_INFINITY;
	const onTerminal = process.stderr.isTTY && !json;
	return (progress) => {
		const every = json || onTerminal ? askEvery : lineEvery;
		if (performance.now() - last < every) return;
		last = performance.now();
		if (json) void printJson({ type: "progress", target, push, ...progress });
		else if (onTerminal) process.stderr.write(`\r\x1b[2K${pushProgressText(target, progress)}`);
		else void print(pushProgressText(target, progress));
	};
}
