import type { Database } from "#lib/catalog/database/database.ts";
import type { SourceInput } from "#lib/catalog/inputs.ts";
import type { DryReading, SourceCounts } from "./storage-views.ts";

/** What lies in a folder of a storage, and what could be made of it. Nothing of it is kept. Client-safe: no code. */
export interface Survey {
	readonly storage: string;
	/** Below the storage's root. */
	readonly path: string;
	readonly folders: number;
	readonly files: number;
	/** Of all files. */
	readonly bytes: number;
	readonly leftOut: Pick<SourceCounts, "hidden" | "links" | "special" | "unreadable">;
	/** The most frequent first. */
	readonly kinds: readonly FileKind[];
	/** Sources, ready to be saved, those with most matches first. */
	readonly suggestions: readonly Suggestion[];
	/** Why not all of it was looked at, a sentence; null: all was. */
	readonly cut: string | null;
	/** The first of what could not be examined, sentences. */
	readonly problems: readonly string[];
	readonly milliseconds: number;
}

/** Files whose names end alike. */
export interface FileKind {
	/** In lower case, without the dot; `""`: none. */
	readonly ending: string;
	readonly files: number;
	readonly bytes: number;
	/** The path of one. */
	readonly example: string;
}

/** A source that could be made of some of the files. */
export interface Suggestion {
	/** "Landsat products", "GeoTIFF files in cogs". */
	readonly title: string;
	/** For the container that holds them: an NCName. */
	readonly container: string;
	readonly source: SourceInput;
	readonly reading: DryReading;
	/** In one sentence: how many match, and what reading some of them gave. */
	readonly message: string;
	/** Formats of the files that were read, and of their metadata. */
	readonly readers: readonly string[];
	/** What was found out besides, sentences: where the metadata lies, a pattern that was read from the names. */
	readonly notes: readonly string[];
}

/** The sub-folders of a folder, for a person who chooses one. */
export interface FolderListing {
	readonly path: string;
	/** Base names, those that come first. */
	readonly folders: readonly string[];
	/** All there are. */
	readonly total: number;
	readonly files: number;
}

/** Where a person looks. */
export interface PlaceOfStorage {
	/** The storage's name. */
	readonly storage: string;
	/** Below its root. */
	readonly path: string;
}

/** What looks at storages on behalf of the REST API, which cannot read files itself. */
export interface FolderSurveys {
	readonly listFolders: (
		database: Database,
		place: PlaceOfStorage & { readonly search: string },
		options: { readonly signal: AbortSignal },
	) => Promise<FolderListing>;
	readonly surveyFolder: (
		database: Database,
		place: PlaceOfStorage,
		options: { readonly signal: AbortSignal },
	) => Promise<Survey>;
}

/** Names of some data files of a source, on which a pattern can be tried. */
export interface SourceNames {
	/** Base names. */
	readonly names: readonly string[];
	/** Data files that were seen. */
	readonly matched: number;
	readonly cut: string | null;
	/** The pattern that reads times from most of them; null: none was found. */
	readonly guess: string | null;
}
