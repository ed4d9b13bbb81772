import type { Attributes, Stats } from "ssh2";
import { StorageError } from "#lib/errors.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { baseName, byName, folderOf } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions, Problem } from "#lib/storage/storage.ts";
import { isFailure, isMissing, sftpError } from "./errors.ts";
import { type Found, kindOf, readFolder } from "./folder.ts";
import type { SftpSession } from "./session.ts";

type Symlinks = "skip" | "follow";

/** Folders to remember, as a walk comes back to the same ones again and again. */
const rememberedAtMost = 20_000;
/** No name, or one that ssh2 could not decode. */
const doubtfulName = /^$|[/\0\uFFFD]/;

/** What an SFTP server tells of folders and files. Paths come normalised. */
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
		const { found, problems } = await this.#readable(session, path, await this.#read(session, path, signal), signal);
		const subfolders = found.filter(({ kind }) => kind === "folder").map(({ name }) => name);
		this.#remember(path, subfolders);
		const targets = symlinks === "follow" ? await this.#targets(session, path, found, signal) : [];
		const folders = [...subfolders, ...targets.filter(({ kind }) => kind === "folder").map(({ name }) => name)].sort();
		const files = [...found, ...targets]
			.filter(({ kind }) => kind === "file")
			.map(({ name, attrs }) => entryOf(name, attrs))
			.sort(byName);
		const digest = digestOf(folders, files);
		return { digest, folders, files: digest === knownDigest ? null : files, problems };
	}

	/** The file as `list` would show it; null if there is none. */
	async stat(session: SftpSession, path: string, symlinks: Symlinks, signal: AbortSignal): Promise<Entry | null> {
		try {
			if (path === "") return null;
			if (symlinks === "skip") await this.#requirePlain(session, folderOf(path), signal);
			const attrs = await this.#attrs(session, path, symlinks, signal);
			return kindOf(attrs) === "file" ? entryOf(baseName(path), attrs) : null;
		} catch (error) {
			if (isMissing(error)) return null;
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
						`The server shows nothing of ${full}, not even the folder itself: it may not be entered; ask for the right to.`,
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

	/** Those whose names can be asked for. */
	async #readable(session: SftpSession, path: string, entries: readonly Found[], signal: AbortSignal) {
		const problems: Problem[] = [];
		const found: Found[] = [];
		for (const entry of entries) {
			const { name } = entry;
			if (!doubtfulName.test(name) || (await this.#isAName(session, path, name, signal))) found.push(entry);
			else {
				const message = `The name ${JSON.stringify(name)} in ${this.full(path)} is not valid UTF-8, so that it cannot be registered; rename it.`;
				problems.push({ path, code: "invalid-path", message });
			}
		}
		return { found, problems };
	}

	/** U+FFFD may be the name's own: then there is such a file. */
	async #isAName(session: SftpSession, folder: string, name: string, signal: AbortSignal): Promise<boolean> {
		if (!name.includes("\uFFFD") || /[/\0]/.test(name)) return false;
		try {
			await this.#attrs(session, below(folder, name), "skip", signal);
			return true;
		} catch (error) {
			if (isMissing(error)) return false;
			throw sftpError(error, folder, this.full(folder));
		}
	}

	/** What the links of a folder lead to; nothing for broken ones and those that close a loop. */
	async #targets(session: SftpSession, path: string, found: readonly Found[], signal: AbortSignal) {
		const links = found.filter(({ kind }) => kind === "link");
		if (links.length === 0) return [];
		const names = path === "" ? [] : path.split("/");
		const above = await Promise.all(
			["", ...names.map((_, i) => names.slice(0, i + 1).join("/"))].map((folder) =>
				this.#realPath(session, folder, signal),
			),
		);
		const targets: Found[] = [];
		for (const { name } of links) {
			const at = below(path, name);
			try {
				const attrs = await this.#attrs(session, at, "follow", signal);
				const kind = kindOf(attrs);
				const real = kind === "folder" ? await this.#realPath(session, at, signal) : "";
				const prefix = real.endsWith("/") ? real : `${real}/`;
				const loop = kind === "folder" && above.some((folder) => folder === real || folder.startsWith(prefix));
				if (!loop) targets.push({ name, kind, attrs });
			} catch (error) {
				// OpenSSH says no more than “failure” of a link to itself.
				if (!isMissing(error) && !isFailure(error)) throw sftpError(error, at, this.full(at));
			}
		}
		return targets;
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

function entryOf(name: string, { size, mtime }: Attributes): Entry {
	return { name, size, mtime: mtime * 1_000_000, etag: null, inode: null };
}

function below(folder: string, name: string): string {
	return folder === "" ? name : `${folder}/${name}`;
}
