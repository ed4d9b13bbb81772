import { stopping } from "#app/api/events/stopping.ts";
import { isLoopbackHost } from "#lib/access/request/host-check.ts";
import { RateLimit } from "#lib/api/rate-limit.ts";
import { readEnv } from "#lib/env.ts";
import type { StacServices } from "#lib/stac/api/dispatch.ts";
import program from "../package.json";
import { catalog } from "./catalog.ts";
import { stacFiles, stacSigner } from "./engine.ts";
import { log } from "./log.ts";

/** Kept outside the module, as the catalogue is. Readers of files ask for many ranges. */
const kept = globalThis as typeof globalThis & { eosyncStacLimits?: { limit: RateLimit; fileLimit: RateLimit } };

/** The services of the STAC API in this process. */
export async function stacServices(): Promise<StacServices> {
	kept.eosyncStacLimits ??= {
		// Clients that walk a catalogue, or check it, ask some hundred times without a pause, and many take 429 for a fault.
		limit: new RateLimit({ burst: 2000, perSecond: 50 }),
		fileLimit: new RateLimit({ burst: 2000, perSecond: 200 }),
	};
	const onError = (error: unknown) =>
		void log().then((logger) => logger.error({ err: error }, "the STAC API could not answer"));
	return {
		database: await catalog(),
		...kept.eosyncStacLimits,
		originOf,
		version: program.version,
		signerOf: async (storage) => {
			try {
				return await (await stacSigner()).signerOf(storage);
			} catch (error) {
				// Items are served all the same, with addresses that are not signed.
				onError(error);
				return null;
			}
		},
		stopping: stopping(),
		serveFile: async (call) => (await stacFiles()).serveFile(call, onError),
		onError,
	};
}

/** The public address; where none is set, this machine's own names. */
function originOf(request: Request): string | null {
	const { url } = readEnv();
	const host = request.headers.get("host");
	return url ?? (host !== null && isLoopbackHost(host) ? `http://${host}` : null);
}
