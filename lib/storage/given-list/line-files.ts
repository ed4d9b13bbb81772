import type { FileHandle } from "node:fs/promises";

const portion = 64 * 1024;
const newline = 10;

/** The lines of a file, without their ends. */
export async function* linesOf(file: FileHandle): AsyncGenerator<string> {
	let rest: Buffer = Buffer.alloc(0);
	for (;;) {
		const buffer = Buffer.allocUnsafe(portion);
		const { bytesRead } = await file.read(buffer, 0, portion);
		if (bytesRead === 0) return;
		const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
		const end = bytes.lastIndexOf(newline);
		rest = bytes.subarray(end + 1);
		if (end >= 0) yield* bytes.toString("utf8", 0, end).split("\n");
	}
}

/** Writes lines in large portions, and knows where each begins. */
export class LineWriter {
	readonly #file: FileHandle;
	#lines: string[] = [];
	#waiting = 0;
	#written = 0;

	constructor(file: FileHandle) {
		this.#file = file;
	}

	/** Where the next line begins. */
	get offset(): number {
		return this.#written + this.#waiting;
	}

	/** A promise only when something has to be written first. */
	write(line: string): Promise<void> | undefined {
		this.#lines.push(line);
		this.#waiting += Buffer.byteLength(line) + 1;
		return this.#waiting < portion ? undefined : this.flush();
	}

	async flush(): Promise<void> {
		if (this.#lines.length === 0) return;
		const bytes = Buffer.from(`${this.#lines.join("\n")}\n`);
		this.#lines = [];
		this.#written += bytes.length;
		this.#waiting = 0;
		await this.#file.writeFile(bytes);
	}
}
