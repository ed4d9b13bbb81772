import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** What values are sealed with, derived from a secret. */
export interface Key {
	/** Distinguishes keys and reveals nothing about them. */
	readonly id: string;
	readonly bytes: Buffer;
}

/** HKDF-SHA-256 (RFC 5869); the secret itself must be hard to guess. */
export function keyOf(secret: string): Key {
	const derive = (info: string, length: number) => Buffer.from(hkdfSync("sha256", secret, "eosync", info, length));
	return { id: derive("key id 1", 6).toString("base64url"), bytes: derive("storage credentials 1", 32) };
}

/**
 * AES-256-GCM, as `1.<key id>.<base64url of nonce, tag and text>`. `purpose` is authenticated with it: the value opens
 * only where the same purpose is given, so that one cannot be put in another's place.
 */
export function seal(text: string, { id, bytes }: Key, purpose: string): string {
	const nonce = randomBytes(nonceLength);
	const cipher = createCipheriv("aes-256-gcm", bytes, nonce, { authTagLength: tagLength });
	cipher.setAAD(Buffer.from(purpose));
	const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
	return `1.${id}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url")}`;
}

export type Unsealed =
	| { readonly ok: true; readonly text: string }
	/** `key`: it was sealed with none of these keys. `damaged`: it was altered, or is for another purpose. */
	| { readonly ok: false; readonly why: "key" | "damaged" };

export function unseal(sealed: string, keys: readonly Key[], purpose: string): Unsealed {
	const [, keyId, payload] = /^1\.([\w-]+)\.([\w-]+)$/.exec(sealed) ?? [];
	if (payload === undefined) return { ok: false, why: "damaged" };
	const key = keys.find(({ id }) => id === keyId);
	if (key === undefined) return { ok: false, why: "key" };
	const bytes = Buffer.from(payload, "base64url");
	if (bytes.length < nonceLength + tagLength) return { ok: false, why: "damaged" };
	const decipher = createDecipheriv("aes-256-gcm", key.bytes, bytes.subarray(0, nonceLength), {
		authTagLength: tagLength,
	});
	decipher.setAAD(Buffer.from(purpose));
	decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
	try {
		const text = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
		return { ok: true, text: text.toString("utf8") };
	} catch {
		return { ok: false, why: "damaged" }; // The tag does not fit; Node says no more than that.
	}
}

/** Bytes. */
const nonceLength = 12;
const tagLength = 16;
