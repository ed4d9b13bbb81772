import { expect, test } from "vitest";
import type { RunView } from "#lib/catalog/read-models.ts";
import { runSentence } from "./run-sentence.ts";

const run: RunView = {
	run: 12,
	container: "MER_FRS_1P_RGB",
	kind: "sync",
	batch: null,
	place: null,
	state: "succeeded",
	trigger: "dashboard",
	actor: "dashboard",
	full: false,
	added: 0,
	removed: 0,
	updated: 0,
	moved: 0,
	linked: 0,
	unlinked: 0,
	rejected: 0,
	unchanged: 12_408,
	skipped: 0,
	leftOut: 0,
	excepted: 0,
	selection: null,
	problems: 0,
	notes: 0,
	reread: 0,
	refreshed: 0,
	verified: 0,
	waiting: 0,
	suspect: 0,
	seconds: 4.21,
	createdAt: "2026-11-22T03:00:00Z",
	startedAt: "2026-11-22T03:00:01Z",
	finishedAt: "2026-11-22T03:00:05Z",
	progress: { phase: "finished", done: 0, total: 0 },
	guard: null,
	approval: null,
	error: null,
	reverts: null,
	revertedBy: null,
	supersededBy: null,
	sameAs: null,
	seenAgainAt: null,
	appliedAt: null,
	cancelRequested: false,
	can: { cancel: false, apply: false, approve: false, revert: true },
	readAt: 0,
};

test.each<{ readonly case: string; readonly of: Partial<RunView>; readonly says: string }>([
	{
		case: "changes",
		of: { added: 3, moved: 1, rejected: 2 },
		says: "3 added, 1 moved, 2 rejected; 12,408 unchanged; 4.2 s",
	},
	{
		case: "what a person chose of a plan",
		of: {
			added: 38_997,
			skipped: 12_006,
			leftOut: 12_000,
			excepted: 3,
			selection: { by: "olga", planned: 51_000, chosen: 38_997, together: 0, examples: [], keepOut: null },
		},
		says: "Applied 38,997 of 51,000 as selected by olga: 38,997 added; 12,408 unchanged; 3 left out; 12,000 left for later; 3 kept out by exceptions; 4.2 s",
	},
	{ case: "no changes", of: {}, says: "No changes; 12,408 unchanged; 4.2 s" },
	{ case: "an empty container", of: { unchanged: 0, seconds: 0.04 }, says: "No changes; 0.0 s" },
	{
		case: "a plan",
		of: { state: "planned", removed: 1214, seconds: 75 },
		says: "Planned: 1,214 removed; 12,408 unchanged; 1 min 15 s",
	},
	{
		case: "an old plan",
		of: { state: "cancelled", supersededBy: 13 },
		says: "Superseded by run 13; nothing was changed by this one",
	},
	{
		case: "a held run",
		of: { state: "held", removed: 40 },
		says: "Held until it is approved: 40 removed; 12,408 unchanged; 4.2 s",
	},
	{
		case: "drift and problems",
		of: { state: "partial", updated: 1, skipped: 2, problems: 7, seconds: 7505 },
		says: "1 updated; 12,408 unchanged; 2 left out; 7 not examined; 2 h 5 min",
	},
	{
		case: "nothing but drift",
		of: { state: "partial", skipped: 2 },
		says: "Nothing applied; 12,408 unchanged; 2 left out; 4.2 s",
	},
	{
		case: "a failure",
		of: { state: "failed", error: { code: "unreachable", message: "archive does not answer." } },
		says: "Failed: archive does not answer.",
	},
	{ case: "a cancelled run", of: { state: "cancelled", added: 4 }, says: "Cancelled; nothing was changed" },
	{
		case: "a revert",
		of: { kind: "revert", reverts: 11, removed: 3 },
		says: "Reverted run 11: 3 removed; 12,408 unchanged; 4.2 s",
	},
	{
		case: "a waiting run",
		of: { state: "queued", seconds: null, progress: { phase: "queued", done: 0, total: null } },
		says: "Waiting for a worker",
	},
	{
		case: "a plan that is to be applied",
		of: { state: "queued", progress: { phase: "planning", done: 3, total: null } },
		says: "Applying …",
	},
	{
		case: "a held plan that was approved",
		of: {
			state: "queued",
			progress: { phase: "planning", done: 3, total: null },
			approval: { by: "Ada", reason: "moved to tape" },
		},
		says: "Approved by Ada, applying …",
	},
	{
		case: "an approved plan that is being applied",
		of: { state: "applying", removed: 3, seconds: null, approval: { by: "Ada", reason: "moved to tape" } },
		says: "Approved by Ada, applying: 3 removed; 12,408 unchanged",
	},
	{
		case: "a revert that is being planned",
		of: { state: "scanning", kind: "revert", reverts: 11, seconds: null },
		says: "Reverting run 11: planning",
	},
	{
		case: "a run under way",
		of: { state: "reading", added: 2, seconds: null },
		says: "Reading: 2 added; 12,408 unchanged",
	},
])("$case", ({ of, says }) => {
	expect(runSentence({ ...run, ...of })).toBe(says);
});
