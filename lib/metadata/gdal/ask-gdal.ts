import { Worker } from "node:worker_threads";
import { messageOf, RejectedError } from "#lib/errors.ts";
import { moduleUrl } from "#lib/installation.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { serveBytes, shareBytes } from "#lib/thread-bytes.ts";
import type { GdalAnswer, GdalJob, WantedPixels } from "./gdal-thread.ts";

/** What one file may cost at most. */
export const gdalLimits = {
	/** Of work; waiting for the storage does not count. */
	milliseconds: 20_000,
	bytes: 32 * 1024 * 1024,
	megabytes: 1024,
	/** A thread without work is ended after it, and its memory is free again. */
	idleMilliseconds: 15_000,
};

/** It takes longer than one file may: where less is to be done at the same time it may not. */
export class SlowFileError extends RejectedError {}

const answerLength = 64 * 1024;
const lookEvery = 100;

type SoundAnswer = Exclude<GdalAnswer, { readonly refused: string } | { readonly failed: string }>;

/** GDAL's thread: started when it is first needed, one file at a time. */
class GdalThread {
	readonly #limits: typeof gdalLimits;
	#worker: Worker | null = null;
	#last: Promise<unknown> = Promise.resolve();
	#idle: NodeJS.Timeout | undefined;

	constructor(limits: typeof gdalLimits) {
		this.#limits = limits;
	}

	get isRunning(): boolean {
		return this.#worker !== null;
	}

	/** @throws RejectedError for a file that GDAL refuses, or that takes too much; what kept the file from being read. */
	async ask(file: ByteSource, job: Omit<GdalJob, "shared" | "pixels">, signal: AbortSignal): Promise<string> {
		const answer = await this.#inTurn(file, job, signal);
		if (!("info" in answer)) throw new Error("GDAL's thread answered something else");
		return answer.info;
	}

	/** The file's pixels as a small TIFF without compression. @throws as `ask`. */
	async pixels(file: ByteSource, driver: string, pixels: WantedPixels, signal: AbortSignal): Promise<Uint8Array> {
		const job = { extension: "", driver, probe: false, pixels };
		const answer = await this.#inTurn(file, job, signal);
		if (!("tiff" in answer)) throw new Error("GDAL's thread answered something else");
		return answer.tiff;
	}

	#inTurn(file: ByteSource, job: Omit<GdalJob, "shared">, signal: AbortSignal): Promise<SoundAnswer> {
		const turn = this.#last.then(() => this.#run(file, job, signal));
		this.#last = turn.catch(() => undefined);
		return turn;
	}

	async close(): Promise<void> {
		clearTimeout(this.#idle);
		const worker = this.#worker;
		this.#worker = null;
		await worker?.terminate();
	}

	#start(): Worker {
		const worker = new Worker(moduleUrl("metadata/gdal/gdal-thread.ts"), {
			name: "eosync-gdal",
			workerData: { megabytes: this.#limits.megabytes },
			execArgv: [],
			resourceLimits: { maxOldGenerationSizeMb: 256 },
			stdout: true,
			stderr: true,
		});
		this.#worker = worker;
		return worker;
	}

	async #run(file: ByteSource, job: Omit<GdalJob, "shared">, signal: AbortSignal): Promise<SoundAnswer> {
		signal.throwIfAborted();
		clearTimeout(this.#idle);
		const worker = this.#worker ?? this.#start();
		const { promise, resolve, reject } = Promise.withResolvers<GdalAnswer>();
		const shared = shareBytes(file.size, answerLength);
		let reading = 0;
		const stopServing = serveBytes(worker, shared, {
			read: async ({ offset, length }) => {
				reading += 1;
				try {
					return await file.read(offset, length, { signal });
				} catch (error) {
					reject(error);
					throw error;
				} finally {
					reading -= 1;
				}
			},
			maxBytes: this.#limits.bytes,
		});
		let worked = 0;
		const watch = setInterval(() => {
			if (reading === 0) worked += lookEvery;
			if (worked > this.#limits.milliseconds)
				reject(
					new SlowFileError(
						"unreadable",
						`GDAL cannot read it: it takes longer than ${this.#limits.milliseconds / 1000} s`,
					),
				);
		}, lookEvery);
		const onMessage = (message: object) => {
			if (!("ranges" in message)) resolve(message as GdalAnswer);
		};
		const onError = (error: unknown) => resolve({ failed: messageOf(error) });
		const onExit = () => resolve({ failed: "it ended the thread" });
		const onAbort = () => reject(signal.reason);
		worker.on("message", onMessage).on("error", onError).on("exit", onExit);
		signal.addEventListener("abort", onAbort);
		worker.ref();
		worker.postMessage({ ...job, shared } satisfies GdalJob);
		let isSound = false;
		try {
			const answer = await promise;
			isSound = !("failed" in answer);
			if ("info" in answer || "tiff" in answer) return answer;
			const why = "refused" in answer ? answer.refused : answer.failed;
			throw new RejectedError("unreadable", `GDAL cannot read it: ${oneLine(why, job.extension)}`);
		} finally {
			clearInterval(watch);
			stopServing();
			signal.removeEventListener("abort", onAbort);
			worker.off("message", onMessage).off("error", onError).off("exit", onExit);
			if (isSound) this.#rest(worker);
			else {
				// Whatever it still does or says is of no interest.
				worker.on("error", () => undefined);
				await this.close();
			}
		}
	}

	#rest(worker: Worker): void {
		worker.unref();
		this.#idle = setTimeout(() => void this.close(), this.#limits.idleMilliseconds);
		this.#idle.unref();
	}
}

/** GDAL's messages name the file as the module knows it. */
function oneLine(message: string, extension: string): string {
	return message
		.toWellFormed()
		.replaceAll(`/eosync/file${extension}`, "the file")
		.replaceAll("/eosync/", "")
		.replace(/[\s\p{Cc}]+/gu, " ")
		.slice(0, 300);
}

export function openGdal(limits: Partial<typeof gdalLimits> = {}): GdalThread {
	return new GdalThread({ ...gdalLimits, ...limits });
}

/** That of this thread of the program. */
export const gdalThread = openGdal();
