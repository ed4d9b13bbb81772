import type { StorageError, StorageErrorCode } from "#lib/errors.ts";

/** A file as its folder's listing shows it. */
export interface Entry {
	/** Base name. */
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** Last modification, microseconds since 1970-01-01T00:00:00Z; null where the storage does not report it. */
	readonly mtime: number | null;
	/**
	 * Last change of content, name, owner or rights (`ctime`), microseconds since 1970; left out where the storage has none.
	 * A different value means that the file has to be examined again, never that it is another file.
	 */
	readonly ctime?: number;
	/**
	 * Its bytes have to be restored before they can be read (an archive class of S3). No other version of the content, and no
	 * part of what a dataset's file is compared by.
	 */
	readonly archived?: true;
	/** The file was written so shortly before it was listed that it may be written again and look the same (`Storage.timeGrain`). */
	readonly recent?: true;
	/** Opaque version of the content (object stores, web servers); null where the storage has none. */
	readonly etag: string | null;
	/** Identity that survives a rename; null where the storage has none. */
	readonly inode: string | null;
}

/** One complete folder. Names that begin with `.` are left out; symbolic links are followed or left out. */
export interface Listing {
	/**
	 * Hash over the names of the sub-folders and every field of the files, or over the listing's coarse facts
	 * (`ListOptions.knownFiles`); equal digests mean an unchanged folder.
	 */
	readonly digest: string;
	/** Base names of the sub-folders, sorted by UTF-16 code unit. */
	readonly folders: readonly string[];
	/** Sorted by name; null when the digest equals the caller's `knownDigest`. */
	readonly files: readonly Entry[] | null;
	/**
	 * Members of the folder that are neither a file nor a folder for certain: not part of the digest, and reported in every
	 * listing, with known digests too. The rest of the folder is complete. An entry is unclear, never absent, when the server
	 * does not say what it is, or says what cannot be.
	 */
	readonly unclear: readonly Unclear[];
	/** How many names were left out, where the storage sees that; absent: none, or it does not see them. */
	readonly leftOut?: LeftOut;
}

/** Names of a folder that no listing has. */
export interface LeftOut {
	/** Those that begin with `.`. */
	readonly hidden: number;
	/** Symbolic links that are not followed, or lead back up. */
	readonly links: number;
}

/** A member of a folder that cannot be made an `Entry` or a folder. */
export interface Unclear {
	/** Base name; with the code `invalid-path` only as much of it as can be written, perhaps nothing. */
	readonly name: string;
	/**
	 * `special`: neither file nor folder for certain (a socket, a device, a link to nowhere). `folder`: one for certain, but
	 * no path can express it. `unknown`: it may be either.
	 */
	readonly kind: "unknown" | "folder" | "special";
	readonly code: StorageErrorCode;
	/** One or two sentences for operators that name it. */
	readonly message: string;
	/**
	 * Which other names it may have in truth: `any`, it has lost its own; `non-ascii`, its encoding is unknown.
	 * Left out, and `none`: the reported name is the true one.
	 */
	readonly hides?: "none" | "non-ascii" | "any";
}

export interface ListOptions {
	readonly symlinks: "skip" | "follow";
	/** The digest of the last listing: if it is still true, the files need not be handed over. */
	readonly knownDigest?: string | null;
	/**
	 * The folder's files as they were handed over last, as far as they are remembered. Where listings have coarse sizes and times
	 * the server is asked only for files that are new or look different; other storages ignore it.
	 */
	readonly knownFiles?: () => Promise<readonly Entry[]>;
	/**
	 * Selects the names whose files are needed exactly; left out: all. For the others a listing with coarse sizes and
	 * times may hand over the coarse facts, without asking for each.
	 */
	readonly needed?: (names: readonly string[]) => Promise<ReadonlySet<string>>;
	/**
	 * Whether the folder was listed before. An object store, which has no empty folders, then reports an empty one: a folder that
	 * existed once is not a typing error.
	 */
	readonly wasThere?: () => Promise<boolean>;
	/**
	 * What of the folder is registered as being there now. Only scans say it; a storage whose folders a list shows that may be old
	 * asks for what the list shows otherwise or lacks. Other storages ignore it.
	 */
	readonly registered?: () => Promise<Registered>;
	readonly signal: AbortSignal;
}

/** See `ListOptions.registered`. */
export interface Registered {
	readonly files: readonly Entry[];
	/** Base names of sub-folders. */
	readonly folders: readonly string[];
}

export interface AccessOptions {
	/** As the file was listed. With `skip`, the default, a path that is or leads through a symbolic link is not found. */
	readonly symlinks?: "skip" | "follow";
	readonly signal: AbortSignal;
}

/** Random access to the bytes of one file. The readers of `lib/metadata` know nothing else of a storage. */
export interface OpenFile extends AsyncDisposable {
	/** Base name, for messages. */
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/**
	 * The bytes from `offset`; fewer than `length` at the end of the file, none beyond it.
	 * @throws StorageError `changed` when the file is no longer the one that was opened.
	 */
	read(offset: number, length: number, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
}

/**
 * A place that can be listed and read; never written. Paths are relative to the storage's root, `/`-separated, without
 * a leading slash, `""` being the root itself. Every call throws StorageError with the path it is about, and the abort
 * reason when `signal` aborts. `storage.conformance.ts` is the contract as tests.
 */
export interface Storage extends AsyncDisposable {
	readonly type: StorageType;
	/** Calls that may run at once. */
	readonly parallel: number;
	/**
	 * Microseconds within which two writes may leave a file with the same time: a file that was written so shortly before it
	 * was listed may be written again and look the same. `null`: times are not reported, so they never show a change.
	 */
	readonly timeGrain: number | null;
	/**
	 * Whether reading its files keeps processors busier than networks, so that several threads may each open it for
	 * themselves (`OpenOptions.inThread`): a disk. Absent: its connections are counted.
	 */
	readonly readsInThreads?: boolean;
	/**
	 * One whole folder, or an error: half a listing is never returned.
	 * @throws StorageError `not-found`, `forbidden`, `unreachable`, `timeout`, `io`.
	 */
	list(path: string, options: ListOptions): Promise<Listing>;
	/**
	 * The file as a listing would show it; null if there is no such file (absence is not an exception), or something that
	 * is not a file. Names that begin with `.` are found, as they were asked for.
	 */
	stat(path: string, options: AccessOptions): Promise<Entry | null>;
	/**
	 * Optional: begins a walk over a tree, where listing many folders at once costs less than each by itself. Its `list`
	 * answers as the storage's does, but a listing may be as old as the walk: the caller is about to list the folders below
	 * those it has listed, once each. Absent: a tree is walked with `list`.
	 */
	startWalk?(): Lister;
	/** @throws StorageError `not-found`, `forbidden`, … */
	open(path: string, options: AccessOptions): Promise<OpenFile>;
	/** @throws StorageError when it cannot be reached. */
	facts(options: { readonly signal: AbortSignal }): Promise<StorageFacts>;
}

/** As much of a storage as a scan needs. */
export type Listable = Pick<Storage, "list" | "parallel" | "startWalk">;

/** Lists the folders of a tree; see `Storage.startWalk`. */
export type Lister = Pick<Storage, "list">;

/** The abilities of a storage, found by testing it. */
export interface StorageFacts {
	/** The server's name for itself: `ProFTPD 1.3.8`; null where it does not say. */
	readonly server: string | null;
	/** How exact modification times are: to the second or better, rounded, or not reported. */
	readonly times: "exact" | "coarse" | "none";
	/** Whether listings have versions of contents (`etag`). */
	readonly versions: boolean;
	/** Whether a part of a file can be read without the rest. */
	readonly ranges: boolean;
	/** Sentences for operators: what cannot be seen here, and what that means for them. */
	readonly notes: readonly string[];
}

export const storageTypes = ["local", "ftp", "sftp", "s3", "http", "rasdaman"] as const;
export type StorageType = (typeof storageTypes)[number];

/** An entry that could not be examined; data, not an exception. */
export interface Problem {
	readonly path: string;
	readonly code: StorageErrorCode;
	readonly message: string;
}

/** Turns a storage's error into a problem, for runs that go on without the affected path. */
export function problemOf({ path, code, message }: StorageError): Problem {
	return { path, code, message };
}
