import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Blocks } from "./build-index.ts";
import { escaped, folderOfLine } from "./index-lines.ts";

const maxKeptBlocks = 64;

/** Rows of a list by folder, on disk: the names of folders at block beginnings are all that is held in memory. */
export class FolderIndex implements AsyncDisposable {
	readonly #file: FileHandle;
	readonly #size: number;
	readonly #blocks: Blocks;
	readonly #kept = new Map<number, Promise<readonly string[]>>();

	private constructor(file: FileHandle, size: number, blocks: Blocks) {
		this.#file = file;
		this.#size = size;
		this.#blocks = blocks;
	}

	static async open(folder: string): Promise<FolderIndex> {
		const blocks = JSON.parse(await readFile(join(folder, "blocks.json"), "utf8")) as Blocks;
		const file = await open(join(folder, "lines"));
		return new FolderIndex(file, (await file.stat()).size, blocks);
	}

	/** The lines of the rows in a folder, sorted. */
	async linesIn(path: string): Promise<readonly string[]> {
		const folder = escaped(path);
		const lines: string[] = [];
		for (let block = this.#firstBlockOf(folder); block < this.#blocks.length; block++) {
			const [first = ""] = this.#blocks[block] ?? [];
			if (first > folder) break;
			for (const line of await this.#linesOf(block)) if (folderOfLine(line) === folder) lines.push(line);
		}
		return lines;
	}

	/** The last block that begins with a folder before this one: the first that may have lines of it. */
	#firstBlockOf(folder: string): number {
		let [low, high] = [0, this.#blocks.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			const [first = ""] = this.#blocks[middle] ?? [];
			if (first < folder) low = middle + 1;
			else high = middle;
		}
		return Math.max(0, low - 1);
	}

	#linesOf(block: number): Promise<readonly string[]> {
		const kept = this.#kept.get(block) ?? this.#read(block);
		this.#kept.delete(block);
		this.#kept.set(block, kept);
		const [oldest] = this.#kept.keys();
		if (this.#kept.size > maxKeptBlocks && oldest !== undefined) this.#kept.delete(oldest);
		return kept;
	}

	async #read(block: number): Promise<readonly string[]> {
		const begin = this.#blocks[block]?.[1] ?? 0;
		const length = (this.#blocks[block + 1]?.[1] ?? this.#size) - begin;
		const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, begin);
		if (bytesRead !== length) throw new Error("The index of a list is cut off.");
		return buffer.toString("utf8", 0, length - 1).split("\n");
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#file.close();
	}
}
