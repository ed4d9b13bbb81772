import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { WatchView } from "#lib/catalog/read-models/container-view.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { withinPolicy } from "#lib/storage/security/storage-policy.ts";
import { FolderWatch } from "./folder-watch.ts";

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

/** While changes go on, a run is asked for after so many times the quiet time, and not before this many milliseconds. */
const longestFactor = 5;
const leastLongestMs = 60_000;

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
		this.#quiet = new Debounce(quiet, Math.max(leastLongestMs, quiet * longestFactor));
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
	async begin({ policy }: Pick<StorageAccess, "policy">): Promise<void> {
		const { storage, path, symlinks, metadataStorage } = this.source;
		if (storage.type !== "local") return this.#poll(`a storage of type ${storage.type} does not report changes`);
		if (process.platform !== "linux") return this.#poll("only Linux reports changes in all sub-folders");
		if (symlinks === "follow") return this.#poll("it follows symbolic links, whose targets are not watched");
		try {
			const mounts = await readFile("/proc/self/mountinfo", "utf8");
			const first = unseenFileSystem(mounts, join(storage.root, path));
			if (first !== null) return this.#poll(`${first} does not report what other machines change`);
			const { root } = await withinPolicy(storage, policy);
			const folder = await realpath(join(root, path));
			const type = unseenFileSystem(mounts, folder);
			if (type !== null) return this.#poll(`${type} does not report what other machines change`);
			const onChange = () => this.#quiet.changed(performance.now());
			const folders = await FolderWatch.open(folder, { onChange, signal: this.#closed.signal });
			if (this.#closed.signal.aborted) return folders[Symbol.dispose]();
			this.#folders = folders;
			this.#mode = "watching";
			this.#reason = metadataStorage === null ? null : `metadata on ${metadataStorage} is compared every ten minutes`;
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
			const so = folders > 0 ? ` (at ${formatPlural(folders, "folder")})` : "";
			const limit = code === "EMFILE" ? "max_user_instances" : "max_user_watches";
			this.#poll(`the kernel's limit of watched folders is reached${so}; raise fs.inotify.${limit}`);
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

/**
 * When to ask for a run after changes: as soon as nothing has changed for a while; if changes go on and on, from time to
 * time all the same. All times are milliseconds of one monotonic clock.
 */
export class Debounce {
	readonly #quiet: number;
	readonly #longest: number;
	#first: number | null = null;
	#last = 0;
	#notBefore = 0;

	/** `quiet`: nothing must change for so long. `longest`: a run is asked for after so long even if changes go on. */
	constructor(quiet: number, longest: number) {
		this.#quiet = quiet;
		this.#longest = longest;
	}

	changed(now: number): void {
		this.#first ??= now;
		this.#last = now;
	}

	isDue(now: number): boolean {
		if (this.#first === null || now < this.#notBefore) return false;
		return now - this.#last >= this.#quiet || now - this.#first >= this.#longest;
	}

	/**
	 * A run was asked for. `joined`: another one was under way, which may have passed what changed; it is asked again. What
	 * still changes is looked at once more when it has come to rest.
	 */
	asked(now: number, joined: boolean): void {
		if (joined) this.#notBefore = now + askAgainAfterMs;
		else this.#first = now - this.#last >= this.#quiet ? null : now;
	}
}

const askAgainAfterMs = 2000;

/**
 * File systems whose changes others make are seen by those others only: network shares, and what a program of its own
 * serves.
 */
const elsewhere =
	/^(?:nfs4?|cifs|smb3?|smbfs|9p|afs|ceph|lustre|gpfs|glusterfs|beegfs|beegfs_nodev|ocfs2|gfs2|orangefs|pvfs2|virtiofs|vboxsf|vmhgfs|davfs|coda|ncpfs|panfs|fuse(?:\..*)?)$/;

/**
 * The type of a file system that cannot be watched on which an absolute path lies, by `/proc/self/mountinfo` (proc(5));
 * null: it can be. The path is not touched, so that a share that hangs delays nothing.
 */
export function unseenFileSystem(mountinfo: string, path: string): string | null {
	let nearest = { point: "", type: "" };
	for (const line of mountinfo.split("\n")) {
		const [left = "", right = ""] = line.split(" - ");
		const point = plain(left.split(" ")[4] ?? "");
		const type = right.split(" ")[0] ?? "";
		const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
		// When two mounts are at one place, the later one is what is seen.
		if (point !== "" && isAbove && point.length >= nearest.point.length) nearest = { point, type };
	}
	return elsewhere.test(nearest.type) ? nearest.type : null;
}

/** White space and backslashes are written in octal. */
function plain(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
