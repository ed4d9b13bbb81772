import { FTPError } from "basic-ftp";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { coarseDigest } from "#lib/storage/listing/coarse-digest.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { specialEntry, unknownEntry } from "#lib/storage/listing/unclear.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions, Unclear } from "#lib/storage/storage.ts";
import { ftpMeaning, saidBy } from "./errors.ts";
import { FtpFolders } from "./folders.ts";
import type { Listed } from "./lines.ts";
import { askMlst, askSize, listedEntry } from "./mlsd.ts";
import { FtpRawListings } from "./raw-listings.ts";
import type { FtpSession } from "./session.ts";
import { askTimes, FtpTimes, type RoughFile } from "./times.ts";

/** Files whose times are asked for together. */
const filesPerPortion = 32;

/** Milliseconds. */
const filesHoldMs = 5000;

type SizedFile = Listed & { readonly size: number };

interface Targets {
	readonly entries: readonly Listed[];
	readonly unclear: readonly Unclear[];
}
const noTargets: Targets = { entries: [], unclear: [] };

interface ListingsOptions {
	/** Sessions at once. */
	readonly parallel: number;
	run<T>(path: string, signal: AbortSignal, work: (session: FtpSession) => Promise<T>): Promise<T>;
}

/** Lists folders and examines files of an FTP server. Paths come normalised. */
export class FtpListings {
	readonly #options: ListingsOptions;
	readonly #folders: FtpFolders;
	readonly #raw: FtpRawListings;
	readonly #times = new FtpTimes();
	/** The listing of the folder that was asked about last. */
	readonly #filesByFolder = new Map<string, { readonly at: number; readonly names: ReadonlySet<string> }>();

	constructor(root: string, options: ListingsOptions) {
		this.#options = options;
		this.#folders = new FtpFolders({ root, list: (session, path) => this.#raw.list(session, path) });
		this.#raw = new FtpRawListings(this.#folders);
	}

	full(path: string): string {
		return this.#folders.full(path);
	}

	async list(path: string, options: ListOptions): Promise<Listing> {
		const { symlinks, signal, knownDigest } = options;
		const found = await this.#options.run(path, signal, async (session) => {
			if (symlinks === "skip") await this.#folders.requirePlain(session, path);
			const raw = await this.#raw.list(session, path);
			this.#folders.noteListing(path, raw);
			const targets = symlinks === "follow" ? await this.#targets(session, path, raw.entries) : noTargets;
			const entries = [...raw.entries.filter(({ kind }) => kind !== "link"), ...targets.entries].sort(byName);
			return {
				unclear: [...raw.unclear, ...targets.unclear],
				folders: entries.filter(({ kind }) => kind === "folder").map(({ name }) => name),
				...(await this.#withSizes(
					session,
					path,
					entries.filter(({ kind }) => kind === "file"),
				)),
				exact: session.mlsd,
			};
		});
		const { folders, files } = found;
		const unclear = [...found.unclear, ...found.sizeless];
		if (!found.exact) return { ...(await this.#coarse(path, folders, files, options)), unclear };
		const entries = files.map((file) => listedEntry(file, file.size));
		const digest = digestOf(folders, entries);
		return { digest, folders, files: digest === knownDigest ? null : entries, unclear };
	}

	/** Asks for sizes that the listing lacks; a file whose size the server never reports is unclear. */
	async #withSizes(session: FtpSession, path: string, listed: readonly Listed[]) {
		const files: SizedFile[] = [];
		const sizeless: Unclear[] = [];
		for (const file of listed) {
			const full = this.full(path === "" ? file.name : `${path}/${file.name}`);
			const size = file.size ?? (await askSize(session, full));
			if (size === null) sizeless.push(unknownEntry(file.name, "has no size, in the server's listing or when asked"));
			else files.push({ ...file, size });
		}
		return { files, sizeless };
	}

	/** The file as `list` would show it; null if there is none. */
	async stat(session: FtpSession, path: string, symlinks: "skip" | "follow"): Promise<Entry | null> {
		if (path === "") return null;
		try {
			if (symlinks === "skip") await this.#folders.requirePlain(session, folderOf(path));
			const entry = session.mlsd ? await askMlst(session, this.full(path)) : await this.#size(session, path);
			if (entry === null) return await this.#absent(session, path);
			// SIZE and MDTM follow links.
			if (symlinks === "follow" && !session.mlsd) return entry;
			if (!(await this.#folders.isLink(session, path))) return entry;
			return symlinks === "skip" ? null : await this.#behind(session, path, entry);
		} catch (error) {
			if (error instanceof StorageError && error.code === "not-found") return null;
			throw error;
		}
	}

	/** Resolves the links of a folder; those that close a loop are left out. */
	async #targets(session: FtpSession, path: string, entries: readonly Listed[]): Promise<Targets> {
		const targets: Listed[] = [];
		const unclear: Unclear[] = [];
		for (const link of entries.filter(({ kind }) => kind === "link")) {
			const at = path === "" ? link.name : `${path}/${link.name}`;
			const entry = session.mlsd ? await askMlst(session, this.full(at)) : await this.#size(session, at);
			const file = session.mlsd && entry ? await this.#behind(session, at, entry) : entry;
			if (file) targets.push({ ...link, ...file, kind: "file" });
			else if ((await session.try(`CWD ${this.full(at)}`)) === null)
				// FTP has the same answer for a missing folder and for one that may not be entered.
				unclear.push(specialEntry(link.name, "a broken link, or one to something that the server does not show"));
			else if (!(await this.#folders.closesLoop(session, at))) targets.push({ ...link, kind: "folder" });
		}
		return { entries: targets, unclear };
	}

	async #coarse(path: string, folders: readonly string[], files: readonly SizedFile[], options: ListOptions) {
		const { signal, knownDigest, knownFiles } = options;
		const listed = files.filter((file): file is RoughFile & SizedFile => file.shown !== null);
		// The link's target was examined exactly; the listing shows the link itself.
		const rough = listed.filter(({ mtime }) => mtime === null);
		const asked = new Map<string, number | null>();
		const askAll = async (wanted: readonly RoughFile[]) => {
			const names = wanted.map(({ name }) => name).filter((name) => !asked.has(name));
			await this.#inPortions(names, async (portion) => {
				const fullPaths = portion.map((name) => this.full(path === "" ? name : `${path}/${name}`));
				const times = await this.#options.run(path, signal, (session) => askTimes(session, fullPaths));
				for (const [i, name] of portion.entries()) asked.set(name, times[i] ?? null);
			});
		};
		const ask = async (wanted: readonly RoughFile[]) => {
			await askAll(wanted);
			return asked;
		};
		const doubtful = await this.#times.doubtful(rough, Date.now(), ask);
		await askAll(doubtful);
		const doubted = new Set(doubtful);
		const view = listed.map((file) => ({
			name: file.name,
			size: file.size,
			...file.shown,
			exactly: file.mtime ?? (doubted.has(file) ? (asked.get(file.name) ?? null) : null),
		}));
		const digest = coarseDigest(folders, view, knownDigest);
		if (digest === knownDigest) return { digest, folders, files: null };
		const certain = rough.filter((file) => !doubted.has(file));
		const known = await this.#times.known(certain, (await knownFiles?.()) ?? [], ask);
		const unknown = rough.filter(({ name }) => !known.has(name));
		await askAll(unknown);
		const entries = listed.map((file) => ({
			...listedEntry(file, file.size),
			mtime: file.mtime ?? known.get(file.name) ?? asked.get(file.name) ?? file.shown.time * 1000,
		}));
		return { digest, folders, files: entries };
	}

	/** Uses a connection for each batch, as far as connections are free. */
	async #inPortions(names: readonly string[], ask: (portion: readonly string[]) => Promise<void>): Promise<void> {
		let next = 0;
		const lane = async () => {
			while (next < names.length) {
				const portion = names.slice(next, next + filesPerPortion);
				next += portion.length;
				await ask(portion);
			}
		};
		await Promise.all(Array.from({ length: this.#options.parallel }, lane));
	}

	/** ProFTPD's MLST reports the type and identity of a link's target, but the size and time of the link itself. */
	async #behind(session: FtpSession, path: string, { inode }: Entry): Promise<Entry | null> {
		const target = await this.#size(session, path);
		return target && { ...target, inode };
	}

	async #size(session: FtpSession, path: string): Promise<Entry | null> {
		const size = await askSize(session, this.full(path));
		if (size === null) return null;
		const [time = null] = await askTimes(session, [this.full(path)]);
		const mtime = time ?? (await this.#listedTime(session, path));
		return { name: baseName(path), size, mtime, etag: null, inode: null };
	}

	async #listedTime(session: FtpSession, path: string): Promise<number | null> {
		const { entries } = await this.#raw.list(session, folderOf(path));
		const shown = entries.find(({ name }) => name === baseName(path))?.shown;
		return shown ? shown.time * 1000 : null;
	}

	/**
	 * A reply without a size says little: the file may not be there, not be shown, or the server be busy. Where the words do not
	 * say that it is not there its folder does, listed anew. @throws StorageError when none of them says so.
	 */
	async #absent(session: FtpSession, path: string): Promise<null> {
		const refusal = await refusalTo(session, `${session.mlsd ? "MLST" : "SIZE"} ${this.full(path)}`);
		// The second request succeeded: so the first refusal did not mean that the file is missing.
		const isThere = async () => (await (session.mlsd ? askMlst : askSize)(session, this.full(path))) !== null;
		if (refusal === null && (await isThere()))
			throw new StorageError(
				"io",
				path,
				`The server first said nothing about ${this.full(path)}, and then answered; try again.`,
				{
					retryable: true,
				},
			);
		const meaning = refusal === null ? "not-found" : ftpMeaning(refusal.code, saidBy(refusal));
		if (meaning === "not-found") {
			await this.#folders.enter(session, folderOf(path));
			return null;
		}
		if (meaning !== "unclear" && meaning !== "unsupported") throw await this.#folders.refusal(session, path, refusal);
		const files = await this.#filesNow(session, folderOf(path));
		if (!files.has(baseName(path))) return null;
		const said = refusal === null ? "" : ` (${saidBy(refusal)})`;
		throw new StorageError(
			"forbidden",
			path,
			`The server lists ${this.full(path)} but gives no details of it${said}; ask its administrator for read permission.`,
		);
	}

	/**
	 * Names in a folder of what is, or may be, a file, as they were some seconds ago at most: many of them may be asked for in a
	 * row. A folder or a link where the file was is no file.
	 */
	async #filesNow(session: FtpSession, folder: string): Promise<ReadonlySet<string>> {
		const known = this.#filesByFolder.get(folder);
		if (known !== undefined && performance.now() - known.at < filesHoldMs) return known.names;
		const { entries, unclear } = await this.#raw.list(session, folder);
		const names = new Set([...entries.filter(({ kind }) => kind === "file"), ...unclear].map(({ name }) => name));
		this.#filesByFolder.clear();
		this.#filesByFolder.set(folder, { at: performance.now(), names });
		return names;
	}
}

async function refusalTo(session: FtpSession, command: string): Promise<FTPError | null> {
	try {
		await session.command(command);
		return null;
	} catch (error) {
		if (error instanceof FTPError) return error;
		throw error;
	}
}
