import { once } from "node:events";

/** Standard output and error. A reader that goes away (`| head`) is no error: what follows is not written. */

let closed = false;
let isLog = false;
process.stderr.on("error", () => {}); // There is nowhere to say it.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") closed = true;
	else if (!isLog) throw error;
});

/** Standard output is only a log: work goes on although it cannot be written, on a full disk for instance. */
export function outputIsLog(): void {
	isLog = true;
}

/** Standard output is not read any more: stop making it. */
export function outputClosed(): boolean {
	return closed;
}

/** One line on standard output; waits for a slow reader, so that lists of any length need little memory. */
export function print(line: string): Promise<void> {
	return printText(`${line}\n`);
}

/** A piece of a text that has its own ends of lines, or of a file in bytes. */
export async function printText(text: string | Uint8Array): Promise<void> {
	if (closed || process.stdout.write(text)) return;
	await once(process.stdout, "drain").catch(() => {});
}

export async function printJson(value: unknown): Promise<void> {
	await print(JSON.stringify(value));
}

/** One line on standard error. */
export function warn(line: string): void {
	process.stderr.write(`${line}\n`);
}

/** Resolves when everything printed has left this process. */
export async function flush(): Promise<void> {
	if (!closed) await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
}
