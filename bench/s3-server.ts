import { hash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type StrictS3, startStrictS3 } from "#lib/storage/test-servers/strict-s3.ts";

/**
 * An S3 server in a process of its own that holds so many objects, and takes so many milliseconds to begin with a request:
 * `node bench/s3-server.ts FILES FOLDERS DELAY [inventory]`; prints how to reach it.
 */
const [files = 0, folders = 1, delay = 0] = process.argv.slice(2, 5).map(Number);
const server = await startStrictS3({ delay });
const keyOf = (i: number) => `d${String(i % folders).padStart(5, "0")}/scene_${String(i).padStart(7, "0")}.tif`;
for (let i = 0; i < files; i++) server.put(keyOf(i), String(i));
if (process.argv[5] === "inventory") deliver(server);
console.log(JSON.stringify(server.config));

/** As S3 delivers it, below a name that listings leave out. */
function deliver({ config, objects, put }: StrictS3): void {
	const base = `.inventory/${config.bucket}/daily`;
	const described: { key: string; size: number; MD5checksum: string }[] = [];
	for (let from = 0; from < files; from += 500_000) {
		const lines: string[] = [];
		for (let i = from; i < Math.min(files, from + 500_000); i++) {
			const object = objects.get(keyOf(i));
			const etag = object?.etag.replaceAll('"', "");
			lines.push(
				`"${config.bucket}","${keyOf(i)}","${object?.body.length}","${object?.modified.toISOString()}","${etag}"\n`,
			);
		}
		const packed = gzipSync(lines.join(""));
		const key = `${base}/data/${from}.csv.gz`;
		put(key, packed);
		described.push({ key, size: packed.length, MD5checksum: hash("md5", packed) });
	}
	const manifest = JSON.stringify({
		...{ sourceBucket: config.bucket, destinationBucket: `arn:aws:s3:::${config.bucket}`, version: "2016-11-30" },
		...{ creationTimestamp: String(Date.now()), fileFormat: "CSV" },
		...{ fileSchema: "Bucket, Key, Size, LastModifiedDate, ETag", files: described },
	});
	put(`${base}/2026-11-29T04-00Z/manifest.json`, manifest);
	put(`${base}/2026-11-29T04-00Z/manifest.checksum`, hash("md5", manifest));
}
