import type { SourceInput } from "#lib/catalog/inputs.ts";
import type { SourceView } from "#lib/catalog/read-models/container-view.ts";
import type { LineEdit } from "#lib/catalog/rejections/mending.ts";
import type { StorageType } from "#lib/storage/storage.ts";

/** A source as its form holds it: lists one per line, numbers as typed, "" for nothing. */
export interface SourceDraft {
	readonly storage: string;
	readonly path: string;
	readonly include: string;
	readonly exclude: string;
	readonly metadata: string;
	readonly metadataStorage: string;
	readonly metadataPath: string;
	readonly rangeType: string;
	readonly fileName: string;
	readonly timeZone: string;
	readonly symlinks: string;
	readonly marker: string;
	readonly checksum: boolean;
	readonly stableFor: string;
	readonly watch: boolean;
}

/** What every part of the form takes; `errorOf` is by field. */
export interface SourceFieldsProps {
	readonly draft: SourceDraft;
	readonly set: <K extends keyof SourceDraft>(field: K, value: SourceDraft[K]) => void;
	readonly errorOf: (field: string) => string | undefined;
}

/** A storage that a source may be on. */
export interface StorageChoice {
	readonly name: string;
	readonly type: StorageType;
}

/** The default pattern of a new source: arrays and coverages of a rasdaman server are listed as JSON documents. */
export function suggestedInclude(storage: StorageChoice | undefined): string {
	return storage?.type === "rasdaman" ? "*.json" : "*.tif";
}

/** The draft on another storage; a pattern that was not edited goes with it. */
export function onStorage(draft: SourceDraft, name: string, storages: readonly StorageChoice[]): SourceDraft {
	const choice = (wanted: string) => storages.find((storage) => storage.name === wanted);
	const isSuggested = draft.include.trim() === suggestedInclude(choice(draft.storage));
	return { ...draft, storage: name, include: isSuggested ? suggestedInclude(choice(name)) : draft.include };
}

/** @param storages all there are; one alone is chosen */
export function newSourceDraft(storages: readonly StorageChoice[]): SourceDraft {
	const only = storages.length === 1 ? storages[0] : undefined;
	return {
		storage: only?.name ?? "",
		path: "",
		include: suggestedInclude(only),
		exclude: "",
		metadata: "{stem}.xml",
		metadataStorage: "",
		metadataPath: "",
		rangeType: "",
		fileName: "",
		timeZone: "UTC",
		symlinks: "skip",
		marker: "",
		checksum: false,
		stableFor: "0",
		watch: false,
	};
}

export function sourceToDraft(source: SourceInput): SourceDraft {
	const { storage, path, metadataPath, timeZone, symlinks, checksum, watch } = source;
	return {
		storage,
		path,
		metadataPath,
		timeZone,
		symlinks,
		checksum,
		watch,
		include: source.include.join("\n"),
		exclude: source.exclude.join("\n"),
		metadata: source.metadata.join("\n"),
		metadataStorage: source.metadataStorage ?? "",
		rangeType: source.rangeType ?? "",
		fileName: source.fileName ?? "",
		marker: source.marker ?? "",
		stableFor: String(source.stableFor),
	};
}

/** The source's configuration, without the other fields of its view. */
export function sourceInputOf({
	id: _,
	datasets: __,
	watching: ___,
	unmatched: ____,
	...input
}: SourceView): SourceInput {
	return input;
}

/** As `sourceInput` parses it; nothing is checked here. */
export function draftToSource(draft: SourceDraft): Record<keyof SourceInput, unknown> {
	return {
		storage: draft.storage,
		path: draft.path.trim(),
		include: lines(draft.include),
		exclude: lines(draft.exclude),
		metadata: lines(draft.metadata),
		metadataStorage: draft.metadataStorage || null,
		metadataPath: draft.metadataStorage === "" ? "" : draft.metadataPath.trim(),
		rangeType: draft.rangeType.trim() || null,
		fileName: draft.fileName.trim() || null,
		timeZone: draft.timeZone.trim() || "UTC",
		symlinks: draft.symlinks,
		marker: draft.marker.trim() || null,
		checksum: draft.checksum,
		stableFor: draft.stableFor.trim() === "" ? 0 : Number(draft.stableFor),
		watch: draft.watch,
	};
}

/** The field with a line more or less; lists only. A line that is there already, or is not, changes nothing. */
export function editedLines(
	draft: SourceDraft,
	field: string,
	{ add = "", drop = "" }: LineEdit,
): Partial<SourceDraft> {
	if (field !== "include" && field !== "exclude") return {};
	const before = lines(draft[field]);
	const kept = before.filter((line) => line !== drop);
	const after = add.trim() === "" || kept.includes(add.trim()) ? kept : [...kept, add.trim()];
	return { [field]: after.join("\n") };
}

function lines(text: string): readonly string[] {
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter(Boolean);
}
