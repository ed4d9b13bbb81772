import { createHash, createHmac } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import type { S3Config } from "#lib/storage/config.ts";
import { keyCredentials } from "./client.ts";

/** Addresses of objects that are good for a while without keys (AWS Signature Version 4, by query). */

export interface Credentials {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string | undefined;
	/** Until when they are good themselves. */
	readonly expiration?: Date | undefined;
}

export interface SignOptions {
	readonly region: string;
	readonly credentials: Credentials;
	/** From when it is good, and for so many seconds. */
	readonly at: Date;
	readonly seconds: number;
}

/** @param url of the object, its path encoded; what stands in its query is signed as well */
export function presign(url: URL, { region, credentials, at, seconds }: SignOptions): string {
	const time = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
	const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
	const query = [
		...url.searchParams,
		["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
		["X-Amz-Credential", `${credentials.accessKeyId}/${scope}`],
		["X-Amz-Date", time],
		["X-Amz-Expires", String(seconds)],
		...(credentials.sessionToken === undefined ? [] : [["X-Amz-Security-Token", credentials.sessionToken]]),
		["X-Amz-SignedHeaders", "host"],
	]
		.map((pair) => pair.map((text) => encoded(text ?? "")).join("="))
		.sort()
		.join("&");
	const request = ["GET", url.pathname, query, `host:${url.host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
	const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(request).digest("hex")].join("\n");
	const mac = (key: string | Buffer, of: string) => createHmac("sha256", key).update(of).digest();
	const key = scope.split("/").reduce<string | Buffer>(mac, `AWS4${credentials.secretAccessKey}`);
	return `${url.origin}${url.pathname}?${query}&X-Amz-Signature=${mac(key, text).toString("hex")}`;
}

/** Where an object is: in its bucket's own host, or below the bucket's name. */
export function objectUrl({ bucket, region, endpoint, pathStyle, requesterPays }: S3Config, key: string): URL {
	const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
	// A certificate is good for one name below the host's.
	const inPath = pathStyle || (bucket.includes(".") && base.protocol === "https:");
	if (!inPath) base.host = `${bucket}.${base.host}`;
	const path = [
		base.pathname.replace(/\/+$/, ""),
		...(inPath ? [encoded(bucket)] : []),
		...key.split("/").map(encoded),
	];
	const url = new URL(path.join("/"), base.origin);
	if (requesterPays) url.searchParams.set("x-amz-request-payer", "requester");
	return url;
}

/** null: the storage is read without keys. @throws whatever kept the SDK from finding some */
export async function credentialsFor(config: S3Config): Promise<Credentials | null> {
	if (config.credentials === "anonymous") return null;
	if (config.credentials === "keys") return keyCredentials(config);
	const client = new S3Client({ region: config.region });
	try {
		return await client.config.credentials();
	} finally {
		client.destroy();
	}
}

/** RFC 3986: everything but letters, digits and four marks. */
function encoded(text: string): string {
	return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
