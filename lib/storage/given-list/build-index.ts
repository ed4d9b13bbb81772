import { type FileHandle, mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { baseName, folderOf } from "#lib/paths.ts";
import { folderOfLine, lineOf } from "./index-lines.ts";
import { LineWriter, linesOf } from "./line-files.ts";
import type { Row } from "./rows.ts";

/** The index knows the folder at the beginning of every block of about this many bytes. */
const bytesPerBlock = 16 * 1024;
/** Folders whose own folders were written already; more are forgotten, and written once more. */
const maxRememberedFolders = 20_000;

/** Where blocks of an index begin: the folder of their first line, and the byte. */
export type Blocks = readonly (readonly [folder: string, offset: number])[];

export interface BuildOptions {
	/** About so many characters are sorted in memory at once; default: a tenth of a second. */
	readonly charactersPerRun?: number;
	readonly signal: AbortSignal;
}

/**
 * Sorts the rows of a list by folder, on disk: runs that fit into memory, which are then merged. It takes about twice the size of the
 * list on disk, and memory for one run and a portion of each. Returns how many rows there were.
 * @param folder it is made, and holds the index afterwards: `lines` and `blocks.json`
 */
export async function buildIndex(
	folder: string,
	rows: AsyncIterable<readonly Row[]>,
	{ charactersPerRun = 12 * 1024 * 1024, signal }: BuildOptions,
): Promise<number> {
	await mkdir(folder, { recursive: true });
	const runs = new SortedRuns(folder, charactersPerRun);
	let count = 0;
	for await (const some of rows) {
		signal.throwIfAborted();
		count += some.length;
		for (const row of some) runs.add(row);
		if (runs.isFull) await runs.write();
	}
	await runs.write();
	const blocks = await mergeRuns(runs.files, join(folder, "lines"), signal);
	await writeFile(join(folder, "blocks.json"), JSON.stringify(blocks));
	for (const file of runs.files) await rm(file);
	return count;
}

class SortedRuns {
	readonly files: string[] = [];
	readonly #folder: string;
	readonly #limit: number;
	#lines: string[] = [];
	#characters = 0;
	#remembered = new Set<string>();

	constructor(folder: string, limit: number) {
		this.#folder = folder;
		this.#limit = limit;
	}

	get isFull(): boolean {
		return this.#characters >= this.#limit;
	}

	add(row: Row): void {
		this.#push(lineOf(row));
		this.#addAbove(row.folder);
	}

	/** The folder in the one above it, and so on. */
	#addAbove(path: string): void {
		if (this.#remembered.size > maxRememberedFolders) this.#remembered = new Set();
		for (let below = path; below !== "" && !this.#remembered.has(below); below = folderOf(below)) {
			this.#remembered.add(below);
			this.#push(lineOf({ kind: "folder", folder: folderOf(below), name: baseName(below) }));
		}
	}

	#push(line: string): void {
		this.#lines.push(line);
		this.#characters += line.length;
	}

	async write(): Promise<void> {
		const path = join(this.#folder, `run-${this.files.length}`);
		const lines = this.#lines.sort();
		this.#lines = [];
		this.#characters = 0;
		await using file = await open(path, "wx", 0o600);
		this.files.push(path);
		const writer = new LineWriter(file);
		for (const line of lines) await writer.write(line);
		await writer.flush();
	}
}

async function mergeRuns(files: readonly string[], path: string, signal: AbortSignal): Promise<Blocks> {
	await using handles = new AsyncDisposableStack();
	const opened: FileHandle[] = [];
	for (const file of files) opened.push(handles.use(await open(file)));
	const writer = new LineWriter(handles.use(await open(path, "wx", 0o600)));
	const blocks: [string, number][] = [];
	let lastBlock = Number.NEGATIVE_INFINITY;
	let last: string | null = null;
	for await (const line of merged(opened.map(linesOf))) {
		if (line === last) continue;
		last = line;
		const { offset } = writer;
		if (offset - lastBlock >= bytesPerBlock) {
			signal.throwIfAborted();
			blocks.push([folderOfLine(line), offset]);
			lastBlock = offset;
		}
		await writer.write(line);
	}
	await writer.flush();
	return blocks;
}

interface Head {
	line: string;
	readonly rest: AsyncGenerator<string>;
}

/** The lines of sorted sources, sorted. A heap of their next lines, the smallest first. */
async function* merged(sources: readonly AsyncGenerator<string>[]): AsyncGenerator<string> {
	const heap: Head[] = [];
	for (const rest of sources) {
		const first = await rest.next();
		if (!first.done) heap.push({ line: first.value, rest });
	}
	heap.sort((a, b) => (a.line < b.line ? -1 : 1));
	for (let [head] = heap; head !== undefined; [head] = heap) {
		yield head.line;
		const next = await head.rest.next();
		if (!next.done) head.line = next.value;
		else {
			const end = heap.pop();
			if (end === undefined || heap.length === 0) return;
			heap[0] = end;
		}
		sink(heap);
	}
}

function sink(heap: Head[]): void {
	const moving = heap[0] as Head;
	for (let i = 0; ; ) {
		const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]];
		const isRight = right !== undefined && left !== undefined && right.line < left.line;
		const smaller = isRight ? right : left;
		if (smaller === undefined || moving.line <= smaller.line) {
			heap[i] = moving;
			return;
		}
		heap[i] = smaller;
		i = 2 * i + (isRight ? 2 : 1);
	}
}
