import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Key } from "#lib/catalog/secrets/sealing.ts";
import { UsageError } from "#lib/errors.ts";

/**
 * Where the next page of a search begins: the sort key of the last item, so that items that come meanwhile move nothing. It is signed
 * with a key made of the project's secret, together with what was searched for: it is good for that search only.
 */

/** A value of a sort key; null: the item has none. */
export type SortValue = string | number | null;

const lengthOfMac = 16;

/** @param query what was searched for, without token and limit */
export function sealToken(position: readonly SortValue[], query: string, key: Key): string {
	const text = Buffer.from(JSON.stringify(position));
	return Buffer.concat([macOf(text, query, key), text]).toString("base64url");
}

/** @throws UsageError for one that is not of this search, or was changed */
export function openToken(token: string, query: string, keys: readonly Key[]): readonly SortValue[] {
	const bytes = token.length <= 5000 ? Buffer.from(token, "base64url") : Buffer.alloc(0);
	const [mac, text] = [bytes.subarray(0, lengthOfMac), bytes.subarray(lengthOfMac)];
	const isOurs = mac.length === lengthOfMac && keys.some((key) => timingSafeEqual(mac, macOf(text, query, key)));
	if (!isOurs) throw new UsageError("The token is not one of this search; begin it anew, without a token.");
	return JSON.parse(text.toString());
}

function macOf(text: Buffer, query: string, { bytes }: Key): Buffer {
	const key = Buffer.from(hkdfSync("sha256", bytes, "eosync", "page tokens 1", 32));
	const mac = createHmac("sha256", key).update(createHash("sha256").update(query).digest()).update(text);
	return mac.digest().subarray(0, lengthOfMac);
}
