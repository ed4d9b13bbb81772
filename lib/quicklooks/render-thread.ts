import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "#lib/errors.ts";
import { readBytes, type SharedBytes } from "#lib/thread-bytes.ts";
import { pngOf } from "./png.ts";
import { NoPicture, type RenderOptions, renderTiff } from "./render.ts";
import { smaller } from "./stretch.ts";

/** What a thread is started with: one file, of which it makes one picture in several sizes. */
export interface RenderJob extends RenderOptions {
	readonly shared: SharedBytes;
	/** Pixels of the longer side of each further size. */
	readonly further: readonly number[];
}

/** What it answers. */
export type Rendered = { readonly pictures: readonly Uint8Array[] } | NotRendered;

interface NotRendered {
	/** Why. */
	readonly none: string;
	/** Overviews in a file beside it could be shown instead. */
	readonly wantsOverviews?: boolean;
	/** GDAL could show it. */
	readonly wantsGdal?: boolean;
	/** The process or its storage was busy: another attempt may succeed. */
	readonly isForNow?: boolean;
}

const port = parentPort;
if (port === null) throw new Error("This file runs as a worker thread only.");
const { shared, further, ...options } = workerData as RenderJob;

const pixels = await renderTiff((ranges) => readBytes(port, shared, ranges), options).catch(
	(error: unknown): NotRendered =>
		// A file that a decoder cannot read has no picture, which is an ordinary state: the sync judges files.
		error instanceof NoPicture
			? { none: error.message, wantsOverviews: error.wantsOverviews, wantsGdal: error.wantsGdal }
			: { none: `it cannot be shown: ${messageOf(error)}` },
);
const answer: Rendered =
	"none" in pixels ? pixels : { pictures: [pixels, ...further.map((longest) => smaller(pixels, longest))].map(pngOf) };
port.postMessage(answer);
