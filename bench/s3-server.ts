import { startStrictS3 } from "#lib/storage/test-servers/strict-s3.ts";

/**
 * An S3 server in a process of its own that holds so many objects, and takes so many milliseconds to begin with a request:
 * `node bench/s3-server.ts FILES FOLDERS DELAY`; prints how to reach it.
 */
const [files = 0, folders = 1, delay = 0] = process.argv.slice(2).map(Number);
const server = await startStrictS3({ delay });
for (let i = 0; i < files; i++)
	server.put(`d${String(i % folders).padStart(5, "0")}/scene_${String(i).padStart(7, "0")}.tif`, String(i));
console.log(JSON.stringify(server.config));
