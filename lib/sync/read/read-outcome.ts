import { hash } from "node:crypto";
import { storable } from "#lib/catalog/storable.ts";
import { boxTextOf } from "#lib/metadata/geometry/box.ts";
import { cellOf } from "#lib/metadata/geometry/cell.ts";
import type { Problem, Storage } from "#lib/storage/storage.ts";
import type { ReadRules } from "#lib/sync/loaded-run.ts";
import { type ReadResult, read, type ToRead } from "./read.ts";

/** What is written of a candidate that was read, without what is null or staged already; plain, so that it can cross from one thread to another. */
export type ReadOutcome =
	/**
	 * Its change from now on, as a JSON object (see `writeUpdates`), whether the reader found files that belong to it, and
	 * whether the change's action is the one that was staged.
	 */
	| { readonly update: string; readonly hasMembers: boolean; readonly isAsStaged: boolean }
	/** Could not be examined now; null: it vanished since it was listed. */
	| { readonly problem: Problem | null };

/** Reads one candidate and puts in writing what comes of it. */
export async function readOutcome(
	storage: Storage,
	rules: ReadRules,
	item: ToRead,
	options: { readonly signal: AbortSignal },
): Promise<ReadOutcome> {
	const result = await read(storage, rules, item, options);
	if (result.kind === "unknown") return { problem: result.problem };
	const hasMembers = result.files.some(({ role }) => role === "member");
	return { update: JSON.stringify(updateOf(item, result)), hasMembers, isAsStaged: result.kind === "read" };
}

/** Characters: a reason may quote what the file says. */
const maxReason = 5000;

function updateOf(item: ToRead, result: Exclude<ReadResult, { readonly kind: "unknown" }>) {
	const { id, action } = item;
	// What was staged stands with the change already.
	const files = result.files === item.files ? {} : { files: result.files };
	switch (result.kind) {
		case "same":
			return { id, action: "refreshed", ...files };
		case "rejected":
			return {
				id,
				action: "rejected",
				...files,
				...versionBefore(item),
				code: result.code,
				reason: storable(result.reason.slice(0, maxReason)),
			};
		case "read": {
			const { after, fields } = result;
			const key = hash("md5", JSON.stringify(after.footprint));
			return {
				id,
				action,
				...files,
				...versionBefore(item),
				after,
				// Beside the state: PostgreSQL would parse its text for them, which costs as much as writing it.
				begin_time: after.begin,
				end_time: after.end,
				footprint_key: key,
				cell: cellOf(after.footprint),
				bbox: boxTextOf(after.footprint),
				// Nothing differs in a new dataset.
				...(item.before === null ? {} : { fields }),
				eo_id: after.eoId,
			};
		}
	}
}

/** The state before as the version that it stands in, or as it is. */
function versionBefore({ before, versionBefore: version, filesBefore }: ToRead) {
	if (version !== null) return { before_version: version };
	return before === null ? {} : { before, files_before: filesBefore };
}
