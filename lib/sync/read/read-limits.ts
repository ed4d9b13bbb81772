import { readEnv } from "#lib/env.ts";
import type { ReadOptions } from "#lib/metadata/metadata.ts";

let limits: Pick<ReadOptions, "gzippedBytes"> | undefined;

/** What the environment allows readers; it is looked at once, as files are many. */
export function readLimits(): Pick<ReadOptions, "gzippedBytes"> {
	limits ??= { gzippedBytes: readEnv().tarGzMegabytes * 1024 * 1024 };
	return limits;
}
