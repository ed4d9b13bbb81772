import { Worker } from "node:worker_threads";
import { messageOf } from "#lib/errors.ts";
import { moduleUrl } from "#lib/installation.ts";
import { serveBytes, shareBytes } from "#lib/thread-bytes.ts";
import type { RenderOptions } from "./render.ts";
import type { Rendered, RenderJob } from "./render-thread.ts";

export interface RenderedFile {
	readonly size: number;
	readonly read: (offset: number, length: number) => Promise<Uint8Array>;
}

/** What one picture may cost at most. */
export const renderLimits = {
	milliseconds: 20_000,
	bytes: 96 * 1024 * 1024,
	/** Of one request, which lie in shared memory. */
	answer: 32 * 1024 * 1024,
	/** What the thread may keep on its heap, and by how much the process may grow meanwhile. */
	heapMegabytes: 256,
	grownMegabytes: 600,
};

const watchPauseMs = 100;

/**
 * A file's picture in the sizes asked for, the largest first, made by a thread of its own, which is ended when it takes more than the limits
 * allow, as decoders believe what files say about themselves. @throws what kept `file` from being read, which says nothing of the file.
 */
export async function renderInThread(
	file: RenderedFile,
	options: RenderOptions & Pick<RenderJob, "further">,
	limits = renderLimits,
): Promise<Rendered> {
	const shared = shareBytes(file.size, limits.answer);
	const workerData: RenderJob = { ...options, shared };
	const thread = new Worker(moduleUrl("quicklooks/render-thread.ts"), {
		workerData,
		resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes },
		stdout: true,
		stderr: true,
	});
	const grown = process.memoryUsage.rss() + limits.grownMegabytes * 1e6;
	const { promise, resolve, reject } = Promise.withResolvers<Rendered>();
	serveBytes(thread, shared, {
		read: async ({ offset, length }) => {
			try {
				return await file.read(offset, length);
			} catch (error) {
				reject(error);
				throw error;
			}
		},
		maxBytes: limits.bytes,
	});
	const begun = performance.now();
	const watch = setInterval(() => {
		if (performance.now() - begun > limits.milliseconds)
			resolve({ none: `it takes longer than ${limits.milliseconds / 1000} s`, isForNow: true });
		else if (process.memoryUsage.rss() > grown) resolve({ none: "it takes too much memory", isForNow: true });
	}, watchPauseMs);
	thread.on("message", (message: object) => {
		if ("pictures" in message || "none" in message) resolve(message as Rendered);
	});
	thread.on("error", (error) => resolve({ none: `it cannot be shown: ${messageOf(error)}` }));
	thread.on("exit", () => resolve({ none: "it cannot be shown" }));
	try {
		return await promise;
	} finally {
		clearInterval(watch);
		await thread.terminate();
	}
}
