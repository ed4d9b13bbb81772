import { type FSWatcher, watch } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between looks through folders: at times very much changes at once. */
const lookEvery = 500;

interface Watched {
	readonly watcher: FSWatcher;
	/** The folder's inode: another folder may come in its place. */
	readonly inode: bigint;
}

/**
 * Watches all folders below a root by inotify, one watch each and nothing per file: an archive of many millions of files
 * has thousands of folders. (What libraries offer keeps all names in memory, and Node's own `recursive` also watches each
 * file.) Names that begin with `.` are not seen, links not followed.
 */
export class FolderWatch implements Disposable {
	readonly #root: string;
	readonly #onChange: () => void;
	readonly #closed = new AbortController();
	readonly #watched = new Map<string, Watched>();
	/** Folders in which something came or went. */
	readonly #unsettled = new Set<string>();
	#looking = false;
	#failure: Error | null = null;

	private constructor(root: string, onChange: () => void) {
		this.#root = root;
		this.#onChange = onChange;
	}

	/**
	 * Resolves when everything is watched: whatever changes from then on is reported.
	 * @throws Error of `fs.watch`: `ENOSPC`, `EMFILE` when the kernel's limits are reached, `ENOENT` when there is no root.
	 */
	static async open(
		root: string,
		{ onChange, signal }: { readonly onChange: () => void; readonly signal: AbortSignal },
	) {
		const folders = new FolderWatch(root, onChange);
		try {
			if (!(await folders.#add(root, signal)))
				throw Object.assign(new Error(`${root} is not there`), { code: "ENOENT" });
			return folders;
		} catch (error) {
			folders[Symbol.dispose]();
			throw error;
		}
	}

	get folders(): number {
		return this.#watched.size;
	}

	/** @throws Error when it does not watch everything any more: `ENOENT`: the root is gone or another one; limits as above. */
	async check(): Promise<void> {
		if (this.#failure !== null) throw this.#failure;
		const root = await lstat(this.#root, { bigint: true }).catch(() => null);
		if (root?.ino !== this.#watched.get(this.#root)?.inode)
			throw Object.assign(new Error(`${this.#root} is gone or another folder`), { code: "ENOENT" });
	}

	[Symbol.dispose](): void {
		this.#closed.abort();
		for (const { watcher } of this.#watched.values()) watcher.close();
		this.#watched.clear();
	}

	/** A folder and those below it, each watched before it is looked into. Returns whether it is there. */
	async #add(top: string, signal: AbortSignal): Promise<boolean> {
		const waiting = [top];
		let found = false;
		for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
			signal.throwIfAborted();
			if (this.#closed.signal.aborted) return false;
			const inode = await this.#watch(path);
			if (inode === null) continue;
			found ||= path === top;
			for (const name of await foldersIn(path)) waiting.push(join(path, name));
		}
		return found;
	}

	/** Returns the folder's inode; null: it is gone again, or may not be looked into: a run reports that. */
	async #watch(path: string): Promise<bigint | null> {
		const stat = await lstat(path, { bigint: true }).catch(() => null);
		if (!stat?.isDirectory() || this.#closed.signal.aborted) return null;
		if (this.#watched.get(path)?.inode === stat.ino) return stat.ino;
		this.#drop(path);
		try {
			const watcher = watch(path, { persistent: false }, (kind, name) => this.#heard(path, kind, name));
			watcher.on("error", () => this.#heard(dirname(path), "rename", null));
			this.#watched.set(path, { watcher, inode: stat.ino });
			return stat.ino;
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") return null;
			throw error;
		}
	}

	#heard(folder: string, kind: string, name: string | null): void {
		if (name?.startsWith(".") && name !== basename(folder)) return;
		this.#onChange();
		if (kind !== "rename") return;
		this.#unsettled.add(folder);
		if (!this.#looking) void this.#settle();
	}

	/** Watches folders that came, and lets go of those that went. */
	async #settle(): Promise<void> {
		this.#looking = true;
		const { signal } = this.#closed;
		try {
			while (this.#unsettled.size > 0) {
				await sleep(lookEvery, undefined, { signal, ref: false });
				const folders = [...this.#unsettled];
				this.#unsettled.clear();
				const gone = new Set<string>();
				for (const folder of folders) await this.#look(folder, gone, signal);
				if (gone.size > 0) this.#letGo(gone);
			}
		} catch (error) {
			if (!signal.aborted) this.#failure = error as Error;
		} finally {
			this.#looking = false;
		}
	}

	async #look(folder: string, gone: Set<string>, signal: AbortSignal): Promise<void> {
		const names = new Set(await foldersIn(folder));
		for (const path of this.#watched.keys()) {
			if (dirname(path) === folder && path !== this.#root && !names.has(basename(path))) gone.add(path);
		}
		for (const name of names) {
			const path = join(folder, name);
			const before = this.#watched.get(path)?.inode;
			if (before !== undefined && before === (await lstat(path, { bigint: true }).catch(() => null))?.ino) continue;
			if (before !== undefined) this.#letGo(new Set([path]));
			await this.#add(path, signal);
			// Files may have come with it before it was watched.
			this.#onChange();
		}
	}

	/** Folders that are gone, with all below them. */
	#letGo(gone: ReadonlySet<string>): void {
		for (const path of [...this.#watched.keys()]) {
			for (let above = path; above.length >= this.#root.length; above = dirname(above)) {
				if (gone.has(above)) this.#drop(path);
				if (above === this.#root || above === "/") break;
			}
		}
	}

	#drop(path: string): void {
		this.#watched.get(path)?.watcher.close();
		this.#watched.delete(path);
	}
}

/**
 * Returns the names of the folders in a folder; none when it is gone or closed to us. Keeps no names of files, and does not read
 * a folder whose number of links shows that it holds only files (2: its own name and `.`, as in `find`).
 */
async function foldersIn(path: string): Promise<readonly string[]> {
	const names: string[] = [];
	try {
		if ((await lstat(path)).nlink === 2) return names;
		for await (const entry of await opendir(path, { bufferSize: 256 })) {
			if (entry.isDirectory() && !entry.name.startsWith(".")) names.push(entry.name);
		}
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code !== "ENOENT" && code !== "EACCES" && code !== "ENOTDIR") throw error;
	}
	return names;
}
