import type { TokenCaller } from "#lib/access/authorised.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import type { LoadOptions } from "#lib/stac/load-items.ts";

/** A call of the STAC API as handlers get it, and what they answer. */

export interface StacCall {
	readonly database: Database;
	readonly urls: StacUrls;
	/** Null: nobody has said who they are; they see what is public. */
	readonly caller: TokenCaller | null;
	/** What stands in the places of `{…}` in the operation's path, decoded. */
	readonly path: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly request: Request;
	/** For `loadItems`. */
	readonly loading: LoadOptions;
	/** Aborts when this process is to stop. */
	readonly stopping?: AbortSignal | undefined;
	/** Hands out a catalogued file; left out where there are no storages. */
	readonly serveFile?: ((call: StacCall) => Promise<Response>) | undefined;
}

export interface StacAnswer {
	/** A text goes out as it is. */
	readonly body: object | string;
	/** Default: `application/json`. */
	readonly type?: string;
	/** Of HTTP, with its quotes; default: of the body. */
	readonly etag?: string;
	readonly modifiedAt?: string | null;
	/** Seconds for which it need not be asked for again; default: 0. */
	readonly maxAge?: number;
}

export type StacHandler = (call: StacCall) => Promise<StacAnswer | Response>;
