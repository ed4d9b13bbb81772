import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { S3Config, StorageConfig } from "#lib/storage/config.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { StorageScheme } from "./item.ts";
import type { StacUrls } from "./links.ts";

/** Where others get a file: by its storage's template, else where it is on the network, else from eosync itself. Pure. */

/** A file of a dataset, and where it is. */
export interface PlacedFile extends Pick<FileFingerprint, "name" | "role" | "size" | "checksum"> {
	/** Relative to the root of its storage. */
	readonly path: string;
	readonly config: StorageConfig;
}

export interface HrefOptions {
	readonly urls: StacUrls;
	readonly collection: string;
	/** EO ID of the dataset. */
	readonly id: string;
}

export function hrefOf({ name, path, config }: PlacedFile, { urls, collection, id }: HrefOptions): string {
	if (config.href !== undefined) return filled(config.href, path, config);
	if (config.type === "s3") return `s3://${config.bucket}/${inUrl(keyOf(config, path))}`;
	if (config.type === "http") return `${config.url.replace(/\/+$/, "")}/${inUrl(path)}`;
	return urls.asset(collection, id, name);
}

/** Whether eosync hands out the files of a storage itself. */
export function isServed(config: StorageConfig): boolean {
	return config.href === undefined && config.type !== "s3" && config.type !== "http";
}

/** The key of a file in its bucket. */
export function keyOf({ prefix }: Pick<S3Config, "prefix">, path: string): string {
	return joinPath(prefix, path);
}

function filled(template: string, path: string, config: StorageConfig): string {
	const isS3 = config.type === "s3";
	// Object stores take a plus in an address for a blank.
	const encoded = (text: string) => (/^https?:/.test(template) ? inUrl(text).replaceAll("+", "%2B") : inUrl(text));
	const values = {
		path: encoded(path),
		key: encoded(isS3 ? keyOf(config, path) : path),
		bucket: isS3 ? config.bucket : "",
	};
	return template.replaceAll(/\{(path|key|bucket)\}/g, (_, name: keyof typeof values) => values[name]);
}

/** A path as a part of an address: marks that may stand there stay, as tools that know no encoding (`s3://…/year=2024/`) want them. */
function inUrl(path: string): string {
	return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
}

/** The provider of an S3 bucket, for STAC's storage extension; null: the files are said to be elsewhere. */
export function schemeOf(config: StorageConfig): StorageScheme | null {
	if (config.type !== "s3" || (config.href !== undefined && !config.href.startsWith("s3://{bucket}/"))) return null;
	const { bucket, region, endpoint, requesterPays } = config;
	const payer = requesterPays ? { requester_pays: true } : {};
	const isPlainName = /^[a-z0-9][a-z0-9-.]{1,61}[a-z0-9]$/.test(bucket);
	return endpoint === undefined && isPlainName
		? { type: "aws-s3", platform: "https://{bucket}.s3.{region}.amazonaws.com", bucket, region, ...payer }
		: { type: "custom-s3", platform: endpoint ?? "https://s3.amazonaws.com", bucket, region, ...payer };
}
