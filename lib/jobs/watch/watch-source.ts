import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { WatchView } from "#lib/catalog/read-models.ts";
import type { StorageAccess } from "#lib/catalog/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { withinPolicy } from "#lib/storage/security/storage-policy.ts";
import { Debounce } from "./debounce.ts";
import { FolderWatch } from "./folder-watch.ts";
import { unseenFileSystem } from "./watch-place.ts";

/** A source that is to be watched. */
export interface WatchedSource {
	readonly id: number;
	/** EO ID. */
	readonly container: string;
	readonly path: string;
	readonly symlinks: "skip" | "follow";
	/** Seconds. */
	readonly stableFor: number;
	readonly storage: StorageConfig;
	/** Where its metadata is, if on another storage. */
	readonly metadataStorage: string | null;
}

/** Changes that go on are waited for so many times as long, but at least this, milliseconds. */
const patienceFactor = 5;
const leastPatience = 60_000;

/** One source, watched if that is possible; else it says why not. */
export class SourceWatch implements Disposable {
	readonly source: WatchedSource;
	readonly #quiet: Debounce;
	readonly #closed = new AbortController();
	#folders: FolderWatch | null = null;
	#mode: WatchView["mode"] = "starting";
	#reason: string | null = null;

	/** `leastQuiet`: nothing changes for so long before a run is due, milliseconds, if the source does not ask for longer. */
	constructor(source: WatchedSource, leastQuiet: number) {
		const quiet = Math.max(leastQuiet, source.stableFor === 0 ? 0 : source.stableFor * 1000 + 500);
		this.source = source;
		this.#quiet = new Debounce(quiet, Math.max(leastPatience, quiet * patienceFactor));
	}

	/** How it is watched. */
	get state(): { readonly mode: WatchView["mode"]; readonly reason: string | null; readonly folders: number } {
		return { mode: this.#mode, reason: this.#reason, folders: this.#folders?.folders ?? 0 };
	}

	/** Changes are seen from elsewhere as well, or only: a run is to be asked for every few minutes. */
	get isPolled(): boolean {
		return this.#mode === "polling" || this.source.metadataStorage !== null;
	}

	/** Begins to watch, as far as it can. What changed before is asked for once. */
	async begin({ bounds }: Pick<StorageAccess, "bounds">): Promise<void> {
		const { storage, path, symlinks, metadataStorage } = this.source;
		if (storage.type !== "local") return this.#poll(`a storage of type ${storage.type} does not tell of changes`);
		if (process.platform !== "linux") return this.#poll("only Linux tells of changes in all folders");
		if (symlinks === "follow") return this.#poll("it follows symbolic links, and what they lead to is not watched");
		try {
			const mounts = await readFile("/proc/self/mountinfo", "utf8");
			const first = unseenFileSystem(mounts, join(storage.root, path));
			if (first !== null) return this.#poll(`${first} does not tell of what others change`);
			const { root } = await withinPolicy(storage, bounds);
			const folder = await realpath(join(root, path));
			const type = unseenFileSystem(mounts, folder);
			if (type !== null) return this.#poll(`${type} does not tell of what others change`);
			const onChange = () => this.#quiet.changed(performance.now());
			const folders = await FolderWatch.open(folder, { onChange, signal: this.#closed.signal });
			if (this.#closed.signal.aborted) return folders[Symbol.dispose]();
			this.#folders = folders;
			this.#mode = "watching";
			this.#reason = metadataStorage === null ? null : `metadata on ${metadataStorage} is looked at every ten minutes`;
			onChange();
		} catch (error) {
			if (!this.#closed.signal.aborted) this.#failed(error);
		}
	}

	/** Looks whether everything is still watched. */
	async check(): Promise<void> {
		try {
			await this.#folders?.check();
		} catch (error) {
			this.#failed(error);
		}
	}

	isDue(now: number): boolean {
		return this.#quiet.isDue(now);
	}

	asked(now: number, joined: boolean): void {
		this.#quiet.asked(now, joined);
	}

	[Symbol.dispose](): void {
		this.#closed.abort();
		this.#folders?.[Symbol.dispose]();
		this.#folders = null;
	}

	#failed(error: unknown): void {
		const folders = this.#folders?.folders ?? 0;
		this.#folders?.[Symbol.dispose]();
		this.#folders = null;
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOSPC" || code === "EMFILE" || code === "ENOMEM") {
			const so = folders > 0 ? ` (at ${folders} folders)` : "";
			const limit = code === "EMFILE" ? "max_user_instances" : "max_user_watches";
			this.#poll(`the kernel watches no more folders${so}; raise fs.inotify.${limit}`);
			return;
		}
		this.#mode = "waiting";
		this.#reason = code === "ENOENT" ? `${this.source.path || "its root"} is not there` : messageOf(error);
	}

	#poll(reason: string): void {
		this.#mode = "polling";
		this.#reason = reason;
	}
}
