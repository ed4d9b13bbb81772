import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { ftpCodeOf, ftpMeaning, saidBy } from "./errors.ts";
import type { ParsedListing } from "./lines.ts";
import { lsLineParser } from "./ls.ts";
import type { FtpSession } from "./session.ts";

/** How many folders are remembered: a walk returns to the same ones again and again. */
const rememberedAtMost = 20_000;

interface FoldersOptions {
	/** Absolute path of the storage's root on the server. */
	readonly root: string;
	/** Lists a folder of the server, for questions that no other command answers. */
	list(session: FtpSession, path: string): Promise<ParsedListing>;
}

/** Times are not needed here. */
const parseLsLine = lsLineParser(0);

/** Names in a folder. */
interface Seen {
	readonly folders: ReadonlySet<string>;
	readonly links: ReadonlySet<string>;
}

/** Resolves the symbolic links in a server's paths: FTP itself follows every link and reports none. */
export class FtpFolders {
	readonly #options: FoldersOptions;
	/** Real paths of folders, by path. */
	readonly #realPaths = new Map<string, string>();
	/** Folders that have been listed, by path. */
	readonly #seen = new Map<string, Seen>();

	constructor(options: FoldersOptions) {
		this.#options = options;
	}

	/** Absolute on the server. */
	full(path: string): string {
		const { root } = this.#options;
		return path === "" ? root : root.endsWith("/") ? root + path : `${root}/${path}`;
	}

	/** Changes into the folder, which only works for folders that may be entered. @throws StorageError `not-found` or `forbidden`. */
	async enter(session: FtpSession, path: string): Promise<void> {
		try {
			await session.command(`CWD ${this.full(path)}`);
		} catch (error) {
			throw await this.refusal(session, path, error);
		}
	}

	/** Finds out why the server refused a request about `path`: not all servers say. */
	async refusal(session: FtpSession, path: string, error: unknown): Promise<unknown> {
		const code = ftpCodeOf(error);
		if (code === undefined) return error;
		const [full, said] = [this.full(path), saidBy(error)];
		const forbidden = () =>
			new StorageError(
				"forbidden",
				path,
				`The server does not allow eosync to read ${full} (${said}); ask its administrator for read permission.`,
				{
					cause: error,
				},
			);
		const missing = () =>
			new StorageError("not-found", path, `${full} does not exist on the server (${said}); check the path.`, {
				cause: error,
			});
		const meaning = ftpMeaning(code, said);
		if (meaning === "forbidden") return forbidden();
		if (meaning === "not-found") return missing();
		if (meaning !== "unclear")
			return new StorageError(
				meaning === "unsupported" ? "io" : meaning,
				path,
				`The server refused a request about ${full} (${said}); try again.`,
				{ cause: error, retryable: code < 500 },
			);
		return (await this.#isFolder(session, path)) ? forbidden() : missing();
	}

	/** What the listing of the folder above shows. @throws StorageError `forbidden` when that folder cannot be read. */
	async #isFolder(session: FtpSession, path: string): Promise<boolean> {
		if (path === "") return false;
		try {
			const { entries } = await this.#options.list(session, folderOf(path));
			return entries.some(({ name, kind }) => name === baseName(path) && kind === "folder");
		} catch (error) {
			if (error instanceof StorageError && error.code === "not-found") return false;
			throw error;
		}
	}

	/** Remembers a listing, so that the server is not asked again. */
	noteListing(path: string, { entries }: ParsedListing): Seen {
		const names = (wanted: string) => new Set(entries.filter(({ kind }) => kind === wanted).map(({ name }) => name));
		const seen = { folders: names("folder"), links: names("link") };
		remember(this.#seen, path, seen);
		return seen;
	}

	/** @throws StorageError `not-found` for a folder that is, or is reached through, a symbolic link. */
	async requirePlain(session: FtpSession, path: string): Promise<void> {
		if (path === "" || this.#isKnownPlain(path)) return;
		const [root, real] = [await this.realPath(session, ""), await this.realPath(session, path)];
		const expected = root === "/" ? `/${path}` : `${root}/${path}`;
		// Some servers ignore case, and answer with the name on disk.
		if (real.toLowerCase() !== expected.toLowerCase()) throw this.linkError(path);
	}

	linkError(path: string): StorageError {
		const message = `${this.full(path)} is, or is reached through, a symbolic link; set “symlinks: follow” for the source to follow it.`;
		return new StorageError("not-found", path, message);
	}

	/** Whether an existing file is itself a link. */
	async isLink(session: FtpSession, path: string): Promise<boolean> {
		const [folder, name] = [folderOf(path), baseName(path)];
		const seen = this.#seen.get(folder);
		if (seen) return seen.links.has(name);
		const status = await session.try(`STAT ${this.full(path)}`);
		const shown = status?.split("\n").map((line) => kindShown(line, [name, this.full(path)])) ?? [];
		const kind = shown.find((found) => found !== null);
		// vsftpd shows only links whose target's name ends as theirs does: otherwise the folder's listing decides.
		if (kind === undefined) return this.#isListedAsLink(session, path);
		return kind === "link";
	}

	/** false where the folder may be entered but not listed: then it cannot be found out. */
	async #isListedAsLink(session: FtpSession, path: string): Promise<boolean> {
		const folder = folderOf(path);
		try {
			const { links } = this.noteListing(folder, await this.#options.list(session, folder));
			return links.has(baseName(path));
		} catch (error) {
			if (error instanceof StorageError && error.code === "forbidden") return false;
			throw error;
		}
	}

	/** The real path of a folder, as far as the server resolves links. */
	async realPath(session: FtpSession, path: string): Promise<string> {
		const known = this.#realPaths.get(path);
		if (known !== undefined) return known;
		await this.enter(session, path);
		const answer = await session.command("PWD");
		const real = /^257 "((?:[^"]|"")*)"/.exec(answer)?.[1]?.replaceAll('""', '"') ?? this.full(path);
		remember(this.#realPaths, path, real);
		return real;
	}

	/** Whether walking into `folder`, a link, leads back to where the walk came from. */
	async closesLoop(session: FtpSession, folder: string): Promise<boolean> {
		const target = await this.realPath(session, folder);
		const prefix = target.endsWith("/") ? target : `${target}/`;
		for (let above = folderOf(folder); ; above = folderOf(above)) {
			const real = await this.realPath(session, above);
			if (real === target || real.startsWith(prefix)) return true;
			if (above === "") return false;
		}
	}

	/**
	 * Whether every folder on the way down was listed and showed the next one as a folder. It is not enough that it is not shown
	 * as a link: ProFTPD's LIST leaves out links to `.` and `..`.
	 */
	#isKnownPlain(path: string): boolean {
		for (let at = path; at !== ""; at = folderOf(at)) {
			if (!this.#seen.get(folderOf(at))?.folders.has(baseName(at))) return false;
		}
		return true;
	}
}

/** What a line of STAT shows, as `ls -l` does, of the file of one of these names; null if it is of none. */
function kindShown(line: string, names: readonly string[]): string | null {
	try {
		const listed = parseLsLine(line.replace(/^ /, ""));
		return listed !== null && names.includes(listed.name) ? listed.kind : null;
	} catch {
		// `213-Status follows:`
		return null;
	}
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
	if (map.size >= rememberedAtMost) map.delete(map.keys().next().value ?? "");
	map.set(key, value);
}
