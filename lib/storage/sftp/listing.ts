import type { Attributes, Stats } from "ssh2";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { specialEntry, unknownEntry, unnameable } from "#lib/storage/listing/unclear.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions, Unclear } from "#lib/storage/storage.ts";
import { isFailure, isMissing, sftpError, sftpStatus } from "./errors.ts";
import { type EntryKind, type Found, kindOf, readFolder } from "./folder.ts";
import type { SftpSession } from "./session.ts";

type Symlinks = "skip" | "follow";

interface Targets {
	readonly found: readonly Found[];
	readonly unclear: readonly Unclear[];
}
const noTargets: Targets = { found: [], unclear: [] };

/** Folders to remember, as a walk comes back to the same ones again and again. */
const rememberedAtMost = 20_000;
/** No name, or one that ssh2 could not decode. */
const doubtfulName = /^$|[/\0\uFFFD]/;

/** Lists folders and examines files of an SFTP server. Paths come normalised. */
export class SftpListings {
	readonly #root: string;
	/** Names of the sub-folders of what has been listed, by path: those are no links. */
	readonly #folders = new Map<string, ReadonlySet<string>>();
	/** Whether folders show themselves (`.`); null: not known yet. */
	#showsSelf: boolean | null = null;

	constructor(root: string) {
		this.#root = root;
	}

	full(path: string): string {
		return path === "" ? this.#root : this.#root.endsWith("/") ? this.#root + path : `${this.#root}/${path}`;
	}

	async list(session: SftpSession, path: string, options: ListOptions): Promise<Listing> {
		const { symlinks, signal, knownDigest } = options;
		if (symlinks === "skip") await this.#requirePlain(session, path, signal);
		const { found, unclear } = await this.#understood(session, path, await this.#read(session, path, signal), signal);
		const subfolders = found.filter(({ kind }) => kind === "folder").map(({ name }) => name);
		this.#remember(path, subfolders);
		const targets = symlinks === "follow" ? await this.#targets(session, path, found, signal) : noTargets;
		const folders = [...subfolders, ...targets.found.filter(({ kind }) => kind === "folder").map(({ name }) => name)];
		const files: Entry[] = [];
		const sizeless: Unclear[] = [];
		for (const { name, kind, attrs } of [...found, ...targets.found]) {
			const entry = kind === "file" ? await this.#entryOf(session, below(path, name), attrs, signal) : null;
			if (entry === null) continue;
			if ("message" in entry) sizeless.push(entry);
			else files.push(entry);
		}
		folders.sort();
		files.sort(byName);
		const digest = digestOf(folders, files);
		return {
			digest,
			folders,
			files: digest === knownDigest ? null : files,
			unclear: [...unclear, ...targets.unclear, ...sizeless],
		};
	}

	/** Asks for the facts that a listing leaves out. @returns unclear where the server reports no size even then */
	async #entryOf(
		session: SftpSession,
		path: string,
		attrs: Partial<Attributes>,
		signal: AbortSignal,
	): Promise<Entry | Unclear | null> {
		const name = baseName(path);
		if (isSize(attrs.size)) return entryOf(name, attrs.size, attrs.mtime);
		try {
			const asked: Partial<Attributes> = await this.#attrs(session, path, "follow", signal);
			if (isSize(asked.size)) return entryOf(name, asked.size, asked.mtime ?? attrs.mtime);
		} catch (error) {
			if (isMissing(error, path)) return null;
			if (sftpStatus(error) === undefined) throw error;
		}
		return unknownEntry(name, "has no size, in the server's listing or when asked");
	}

	/** The file as `list` would show it; null if there is none. */
	async stat(session: SftpSession, path: string, symlinks: Symlinks, signal: AbortSignal): Promise<Entry | null> {
		try {
			if (path === "") return null;
			if (symlinks === "skip") await this.#requirePlain(session, folderOf(path), signal);
			const attrs: Partial<Attributes> = await this.#attrs(session, path, symlinks, signal);
			const kind = await this.#kindOf(session, path, attrs, signal);
			if (kind === "unknown") throw unclearError(path, "the server does not report its type");
			if (kind !== "file") return null;
			if (!isSize(attrs.size)) throw unclearError(path, "the server does not report its size");
			return entryOf(baseName(path), attrs.size, attrs.mtime);
		} catch (error) {
			if (isMissing(error, path)) return null;
			throw sftpError(error, path, this.full(path));
		}
	}

	/** All entries but those whose names begin with a dot. */
	async #read(session: SftpSession, path: string, signal: AbortSignal): Promise<readonly Found[]> {
		const full = this.full(path);
		try {
			const handle = await session.request<Buffer>((sftp, answer) => sftp.opendir(full, answer), {
				signal,
				discard: (late) => session.closeHandle(late),
			});
			try {
				const { found, showsSelf } = await readFolder(session, { handle, path, full }, signal);
				if (path === "" || showsSelf) this.#showsSelf ??= showsSelf;
				// OpenSSH leaves out, without a word, what it cannot examine: of a folder that may be read but not entered, everything.
				if (this.#showsSelf && !showsSelf)
					throw new StorageError(
						"forbidden",
						path,
						`The server shows nothing of ${full}, not even the folder itself: entering it is not allowed; ask its administrator for permission.`,
					);
				return found;
			} finally {
				session.closeHandle(handle);
			}
		} catch (error) {
			if (isFailure(error) && kindOf(await this.#attrs(session, path, "follow", signal)) !== "folder")
				throw new StorageError("not-found", path, `${full} is not a folder; give the path of one.`, { cause: error });
			throw sftpError(error, path, full);
		}
	}

	/** Those whose names can be asked for, and of which it is known, or can be asked, what they are. */
	async #understood(session: SftpSession, path: string, entries: readonly Found[], signal: AbortSignal) {
		const unclear: Unclear[] = [];
		const found: Found[] = [];
		for (const entry of entries) {
			const { name } = entry;
			if (doubtfulName.test(name) && !(await this.#isAName(session, path, name, signal))) {
				unclear.push(unnameable(name, "is not valid UTF-8", entry.kind === "folder" ? "folder" : "unknown"));
				continue;
			}
			const kind = entry.kind === "unknown" ? await this.#kindOf(session, below(path, name), {}, signal) : entry.kind;
			if (kind === "unknown") unclear.push(unknownEntry(name, "is of a type that the server does not report"));
			else if (kind === "other") unclear.push(specialEntry(name, "a socket, a FIFO or a device"));
			else if (kind !== "gone") found.push({ ...entry, kind });
		}
		return { found, unclear };
	}

	/** What a path is: by its attributes, else by asking for them, else by trying to open it as a folder. */
	async #kindOf(
		session: SftpSession,
		path: string,
		attrs: Partial<Attributes>,
		signal: AbortSignal,
	): Promise<EntryKind | "gone"> {
		const known = kindOf(attrs);
		if (known !== "unknown") return known;
		try {
			const asked = kindOf(await this.#attrs(session, path, "skip", signal));
			if (asked !== "unknown") return asked;
			const handle = await session.request<Buffer>((sftp, answer) => sftp.opendir(this.full(path), answer), {
				signal,
				discard: (late) => session.closeHandle(late),
			});
			session.closeHandle(handle);
			return "folder";
		} catch (error) {
			if (isMissing(error, path)) return "gone";
			if (sftpStatus(error) === undefined) throw error;
			return "unknown";
		}
	}

	/** U+FFFD may really be in the name: then such a file exists. */
	async #isAName(session: SftpSession, folder: string, name: string, signal: AbortSignal): Promise<boolean> {
		if (!name.includes("\uFFFD") || /[/\0]/.test(name)) return false;
		try {
			await this.#attrs(session, below(folder, name), "skip", signal);
			return true;
		} catch (error) {
			if (isMissing(error, name)) return false;
			throw sftpError(error, folder, this.full(folder));
		}
	}

	/** Resolves the links of a folder; those that close a loop are left out. */
	async #targets(session: SftpSession, path: string, entries: readonly Found[], signal: AbortSignal): Promise<Targets> {
		const links = entries.filter(({ kind }) => kind === "link");
		if (links.length === 0) return noTargets;
		const names = path === "" ? [] : path.split("/");
		const above = await Promise.all(
			["", ...names.map((_, i) => names.slice(0, i + 1).join("/"))].map((folder) =>
				this.#realPath(session, folder, signal),
			),
		);
		const found: Found[] = [];
		const unclear: Unclear[] = [];
		for (const { name } of links) {
			const at = below(path, name);
			try {
				const attrs: Partial<Attributes> = await this.#attrs(session, at, "follow", signal);
				const kind = kindOf(attrs);
				if (kind === "unknown")
					unclear.push(unknownEntry(name, "is a link to something whose type the server does not report"));
				else if (kind === "other") unclear.push(specialEntry(name, "a link to a socket, a FIFO or a device"));
				else if (kind === "file" || !(await this.#closesLoop(session, at, above, signal)))
					found.push({ name, kind, attrs });
			} catch (error) {
				// OpenSSH says no more than “failure” of a link to itself.
				if (isMissing(error, at) || isFailure(error)) unclear.push(specialEntry(name, "a broken link"));
				else if (sftpStatus(error) === undefined) throw sftpError(error, at, this.full(at));
				else unclear.push(unknownEntry(name, "is a link that the server does not follow", "forbidden"));
			}
		}
		return { found, unclear };
	}

	async #closesLoop(
		session: SftpSession,
		link: string,
		above: readonly string[],
		signal: AbortSignal,
	): Promise<boolean> {
		const real = await this.#realPath(session, link, signal);
		const prefix = real.endsWith("/") ? real : `${real}/`;
		return above.some((folder) => folder === real || folder.startsWith(prefix));
	}

	#realPath(session: SftpSession, path: string, signal: AbortSignal): Promise<string> {
		return session.request((sftp, answer) => sftp.realpath(this.full(path), answer), { signal });
	}

	#attrs(session: SftpSession, path: string, symlinks: Symlinks, signal: AbortSignal): Promise<Stats> {
		const full = this.full(path);
		const call = symlinks === "follow" ? "stat" : "lstat";
		return session.request<Stats>((sftp, answer) => sftp[call](full, answer), { signal });
	}

	/** @throws StorageError `not-found` for a folder that is, or is reached through, a symbolic link. */
	async #requirePlain(session: SftpSession, path: string, signal: AbortSignal): Promise<void> {
		const names = path === "" ? [] : path.split("/");
		for (let i = 1; i <= names.length; i++) {
			const folder = names.slice(0, i).join("/");
			if (this.#folders.get(folderOf(folder))?.has(baseName(folder))) continue;
			const attrs = await this.#attrs(session, folder, "skip", signal).catch((error: unknown) => {
				throw sftpError(error, path, this.full(folder));
			});
			if (kindOf(attrs) === "link")
				throw new StorageError(
					"not-found",
					path,
					`${this.full(folder)} is a symbolic link; set “symlinks: follow” for the source to follow it.`,
				);
		}
	}

	#remember(path: string, folders: readonly string[]): void {
		if (this.#folders.size >= rememberedAtMost) this.#folders.delete(this.#folders.keys().next().value ?? "");
		this.#folders.set(path, new Set(folders));
	}
}

/** Seconds, of which ssh2 makes numbers; null where the server reports none. */
function entryOf(name: string, size: number, seconds: number | undefined): Entry {
	const mtime = Number.isSafeInteger(seconds) ? (seconds as number) * 1_000_000 : null;
	return { name, size, mtime, etag: null, inode: null };
}

function isSize(size: number | undefined): size is number {
	return size !== undefined && Number.isSafeInteger(size) && size >= 0;
}

function unclearError(path: string, why: string): StorageError {
	return new StorageError("io", path, `${path} cannot be examined: ${why}; check the server.`);
}

function below(folder: string, name: string): string {
	return folder === "" ? name : `${folder}/${name}`;
}
