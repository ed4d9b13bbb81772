import { StorageError } from "#lib/errors.ts";
import { faultOfFinalReply } from "./final-reply.ts";
import type { FtpFolders } from "./folders.ts";
import { linesIn, type ParsedListing, parseListing } from "./lines.ts";
import { lsLineParser } from "./ls.ts";
import { parseMlsdLine } from "./mlsd.ts";
import type { FtpSession } from "./session.ts";

/** A longer listing is given up: it would be a million files or more in one folder. */
const bytesAtMost = 256 * 1024 * 1024;

/** What an FTP server shows of a folder, whole or not at all. */
export class FtpRawListings {
	readonly #folders: FtpFolders;
	/** Whether `LIST -a` shows the folder itself; null: not tried yet. */
	#showsSelf: boolean | null = null;

	constructor(folders: FtpFolders) {
		this.#folders = folders;
	}

	/** Lists with the command that the server supports. @throws StorageError rather than showing less than there is. */
	async list(session: FtpSession, path: string): Promise<ParsedListing> {
		if (session.mlsd) {
			const listing = parseListing(
				await this.#fetch(session, path, `MLSD ${this.#folders.full(path)}`),
				path,
				parseMlsdLine,
			);
			// ProFTPD shows nothing, instead of refusing, for a folder that may be read but not entered.
			if (listing.entries.length === 0) await this.#folders.enter(session, path);
			return listing;
		}
		await this.#folders.enter(session, path);
		const list = async (command: string) =>
			parseListing(await this.#fetch(session, path, command), path, lsLineParser(Date.now()));
		if (this.#showsSelf === null) {
			const withSelf = await list("LIST -a").catch((error: unknown) => {
				// Not every server knows the option: the plain command shows whether anything is wrong.
				if (error instanceof StorageError) return null;
				throw error;
			});
			if (withSelf?.self) {
				this.#showsSelf = true;
				return withSelf;
			}
			const listing = await list("LIST");
			this.#showsSelf = false;
			return listing;
		}
		const listing = await list(this.#showsSelf ? "LIST -a" : "LIST");
		if (this.#showsSelf && !listing.self)
			throw new StorageError(
				"forbidden",
				path,
				`The server shows nothing in ${this.#folders.full(path)}, not even the folder itself: reading it is not allowed; ask its administrator for read permission.`,
			);
		return listing;
	}

	async #fetch(session: FtpSession, path: string, command: string): Promise<Buffer> {
		const chunks: Buffer[] = [];
		let length = 0;
		const sink = (chunk: Buffer) => {
			chunks.push(chunk);
			length += chunk.length;
			return length > bytesAtMost;
		};
		let answer: string;
		try {
			answer = await session.transfer(command, sink);
		} catch (error) {
			throw await this.#folders.refusal(session, path, error);
		}
		if (length > bytesAtMost)
			throw new StorageError("io", path, `The listing of ${this.#folders.full(path)} does not end; split the folder.`);
		const bytes = Buffer.concat(chunks, length);
		// Pure-FTPd counts the lines of MLSD; for LIST it also counts those that an option leaves out.
		const fault = faultOfFinalReply(answer, command.startsWith("MLSD") ? linesIn(bytes) : null);
		const said = answer.replace(/\s+/g, " ").slice(0, 200);
		if (fault === "incomplete")
			throw new StorageError(
				"io",
				path,
				`The server did not send all of ${this.#folders.full(path)} (${said}); nothing of the listing is used. Have its limit raised (LimitRecursion of Pure-FTPd), or split the folder.`,
			);
		if (fault === "forbidden")
			throw new StorageError("forbidden", path, `The server could not read ${this.#folders.full(path)} (${said}).`);
		return bytes;
	}
}
