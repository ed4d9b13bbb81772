import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { hasNewCtime, sameFiles, untouchedFiles } from "#lib/sync/match/fingerprint.ts";
import type { Stability } from "./stability.ts";
import type { WaitingFile } from "./waiting-files.ts";

/** A data file of the folder that the source's patterns match. */
export interface FoundFile {
	readonly path: string;
	readonly files: readonly FileFingerprint[];
	/** Left out: it is stable. */
	readonly stability?: Stability;
	/** Why it cannot be registered under its path, and by what path that is written down. */
	readonly refused?: { readonly path: string; readonly reason: string } | null;
}

/** A dataset whose data file is, or was, in this folder. */
export interface RegisteredDataset {
	readonly id: number;
	readonly eoId: string;
	readonly path: string;
	readonly files: readonly FileFingerprint[];
	/** Hash of the rules it was read by. */
	readonly rule: string;
	/** Hash of the rules it would be read by now, and its files as found by those rules; null: not there. */
	readonly now: { readonly rule: string; readonly files: readonly FileFingerprint[] } | null;
	/** In this container: through which source (null: by hand). `"elsewhere"`: only in others. `"archived"`: removed once. */
	readonly link: { readonly sourceId: number | null } | "elsewhere" | "archived";
}

/** A file of this folder that was rejected before. */
export interface RegisteredRejection {
	readonly path: string;
	/** Through which source of the container it was met. */
	readonly sourceId: number;
	readonly files: readonly FileFingerprint[];
	readonly rule: string;
}

export interface FoundFolder {
	/** Data files that match the source being compared, and none before it. */
	readonly data: readonly FoundFile[];
	/** Whether any file of that path is there, matched or not. */
	has(path: string): boolean;
	/** Whether it is unclear what is there, or what belongs to it (rule 17): then nothing is decided about it. */
	isUndecided(path: string): boolean;
	/** Whether another active source of the container matches the path: then it is not this source's to unlink. */
	matchedElsewhere(path: string): boolean;
}

export interface RegisteredFolder {
	readonly datasets: readonly RegisteredDataset[];
	readonly rejections: readonly RegisteredRejection[];
}

export interface CompareOptions {
	readonly sourceId: number;
	/** The rule by which a data file with these files is read: of its source, and of the readers that may read it. */
	ruleOf(files: readonly FileFingerprint[]): string;
	/** Read everything again (`--full`, or a source that compares contents). */
	readonly full: boolean;
	/** Sources that go on existing: each speaks for what it brought in. */
	readonly activeSources: ReadonlySet<number>;
	/** Whether this source also decides about datasets linked by hand or by a removed source (the first that covers the folder does). */
	readonly ownsOrphans: boolean;
}

/** What may become a change once it has been read and planned. */
export interface Candidate {
	readonly action: "added" | "removed" | "updated" | "linked" | "unlinked" | "refreshed" | "rejected";
	readonly path: string;
	readonly datasetId: number | null;
	readonly eoId: string | null;
	readonly files: readonly FileFingerprint[] | null;
	readonly rule: string | null;
	readonly toRead: boolean;
	/** An update although the files are as they were: its rules or the readers are new, or everything is read again. */
	readonly reread?: true;
	/** Its files must be the same at a second asking. */
	readonly toAsk?: true;
	readonly reason: string | null;
}

export interface Comparison {
	readonly candidates: readonly Candidate[];
	/** Files left alone until they are stable; the folder must be looked at again. */
	readonly waiting: readonly WaitingFile[];
}

/**
 * Rules 2–6 for one completely listed folder: what must change so that the registered state becomes the found one.
 * Pure; an empty `found` says that the folder is gone.
 */
export function compare(found: FoundFolder, registered: RegisteredFolder, options: CompareOptions): Comparison {
	const live = new Map<string, RegisteredDataset>();
	const archived = new Map<string, RegisteredDataset>();
	for (const dataset of registered.datasets) {
		(dataset.link === "archived" ? archived : live).set(dataset.path, dataset);
	}
	const rejections = new Map(registered.rejections.map((rejection) => [rejection.path, rejection]));
	const candidates: Candidate[] = [];
	const waiting: WaitingFile[] = [];
	const matched = new Set<string>();

	for (const file of found.data) {
		matched.add(file.path);
		const dataset = live.get(file.path);
		const rejectedAs = file.refused?.path ?? file.path;
		const rejection = rejections.get(rejectedAs);
		rejections.delete(rejectedAs);
		const candidate = dataset
			? compareRegistered(file, dataset, options)
			: compareNew(file, archived.get(file.path), options);
		if (candidate === null) {
			if (rejection) candidates.push(forget(rejection));
			continue;
		}
		if (isNewToUs(candidate) && file.stability === "waits") {
			waiting.push({ path: file.path, files: file.files });
		} else if (!(mayBeRejected(candidate) && rejection && !options.full && isSettled(candidate, rejection, options))) {
			candidates.push(isNewToUs(candidate) && file.stability === "ask" ? { ...candidate, toAsk: true } : candidate);
		}
	}
	for (const dataset of live.values()) {
		if (matched.has(dataset.path) || dataset.link === "elsewhere" || dataset.link === "archived") continue;
		if (found.isUndecided(dataset.path)) continue;
		const candidate = compareUnmatched(dataset, dataset.link.sourceId, found, options);
		if (candidate) candidates.push(candidate);
	}
	for (const rejection of rejections.values()) {
		if (!speaksFor(rejection.sourceId, options) || found.isUndecided(rejection.path)) continue;
		if (!found.has(rejection.path) || !found.matchedElsewhere(rejection.path)) candidates.push(forget(rejection));
	}
	return { candidates, waiting };
}

/** Rules 3 (linked) and 6 (updated) for a file that a dataset refers to. */
function compareRegistered(file: FoundFile, dataset: RegisteredDataset, options: CompareOptions): Candidate | null {
	const now = dataset.now ?? { rule: options.ruleOf(file.files), files: file.files };
	const isTouched = !untouchedFiles(now.files, dataset.files);
	const changed = isTouched || now.rule !== dataset.rule;
	const base = {
		path: file.path,
		datasetId: dataset.id,
		eoId: dataset.eoId,
		files: now.files,
		rule: now.rule,
		reason: null,
	};
	if (dataset.link === "elsewhere") return { ...base, action: "linked", toRead: changed };
	if (isTouched) return { ...base, action: "updated", toRead: true };
	if (changed || options.full) return { ...base, action: "updated", toRead: true, reread: true };
	// Only the knowledge about the files has changed: it is taken over.
	return hasNewCtime(now.files, dataset.files) ? { ...base, action: "refreshed", toRead: false } : null;
}

/** Whether the file must be stable: a reread of unchanged files need not wait. */
function isNewToUs({ toRead, reread }: Candidate): boolean {
	return toRead && !reread;
}

function mayBeRejected({ action, toRead }: Candidate): boolean {
	return toRead || action === "rejected";
}

/** Rule 3 (added); rule 4: a file that came back unchanged is restored without being read again; rule 20 (rejected). */
function compareNew(file: FoundFile, archived: RegisteredDataset | undefined, options: CompareOptions): Candidate {
	const rule = options.ruleOf(file.files);
	if (file.refused) {
		const { path, reason } = file.refused;
		return {
			action: "rejected",
			path,
			datasetId: null,
			eoId: null,
			files: file.files,
			rule,
			toRead: false,
			reason,
		};
	}
	const base = { action: "added", path: file.path, files: file.files, rule } as const;
	const restorable =
		archived &&
		archived.rule === rule &&
		sameFiles(file.files, archived.files) &&
		!archived.files.some(({ recent }) => recent);
	return restorable
		? { ...base, datasetId: archived.id, eoId: archived.eoId, toRead: options.full, reason: "came back unchanged" }
		: { ...base, datasetId: null, eoId: null, toRead: true, reason: null };
}

/** Rules 4 (removed) and 5 (unlinked) for a dataset of this container that the source's patterns do not match now. */
function compareUnmatched(
	dataset: RegisteredDataset,
	linkSourceId: number | null,
	found: FoundFolder,
	options: CompareOptions,
): Candidate | null {
	const { path, id: datasetId, eoId } = dataset;
	const base = { path, datasetId, eoId, files: null, rule: null, toRead: false };
	if (!found.has(dataset.path)) {
		return speaksFor(linkSourceId, options) ? { ...base, action: "removed", reason: "the file is gone" } : null;
	}
	if (linkSourceId !== options.sourceId || found.matchedElsewhere(dataset.path)) return null;
	return {
		...base,
		action: "unlinked",
		reason: "no source of the container matches the file any more",
	};
}

/** When several sources cover a folder, only the one through which a file came decides what became of it. */
function speaksFor(sourceId: number | null, options: CompareOptions): boolean {
	if (sourceId === options.sourceId) return true;
	return options.ownsOrphans && (sourceId === null || !options.activeSources.has(sourceId));
}

/** A rejection that is over: its file is gone, matches no more, or is again what is registered. */
function forget(rejection: RegisteredRejection): Candidate {
	const { path, files, rule } = rejection;
	return { action: "refreshed", path, datasetId: null, eoId: null, files, rule, toRead: false, reason: null };
}

/**
 * Rule 8: what was rejected is tried again only when its fingerprint, or the rule it is read by, changes; or when the source
 * that met it goes, as its rejections go with it.
 */
function isSettled({ rule, files }: Candidate, rejection: RegisteredRejection, options: CompareOptions): boolean {
	return (
		options.activeSources.has(rejection.sourceId) &&
		rule === rejection.rule &&
		files !== null &&
		untouchedFiles(files, rejection.files)
	);
}
