import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { FauxqsServer } from "fauxqs";
import type { S3Config } from "#lib/storage/config.ts";
import type { Workbench } from "#lib/storage/conformance/bench.ts";
import { S3Storage } from "#lib/storage/s3/s3.ts";
import { startStrictS3 } from "./strict-s3.ts";

const keys = { accessKeyId: "test", secretAccessKey: "test" };

/** A bucket of its own on a server that several tests share. */
export async function makeFauxqsBench(server: FauxqsServer, name: string): Promise<Workbench> {
	const endpoint = `http://127.0.0.1:${server.port}`;
	server.createBucket(name);
	const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials: keys });
	const config: S3Config = {
		...{ type: "s3", bucket: name, prefix: "", region: "us-east-1", endpoint, pathStyle: true },
		...{ credentials: "keys", ...keys, requesterPays: false },
	};
	const storage = new S3Storage(config);
	return {
		storage,
		write: async (path, content) => {
			const ContentLength = Buffer.byteLength(content);
			await client.send(new PutObjectCommand({ Bucket: name, Key: path, Body: content, ContentLength }));
		},
		remove: async (path) => {
			const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: `${path}/` }));
			for (const Key of [path, ...Contents.map((object) => object.Key)])
				await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
		},
		mkdir: async (path) => {
			await client.send(new PutObjectCommand({ Bucket: name, Key: `${path}/`, Body: "", ContentLength: 0 }));
		},
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			client.destroy();
		},
	};
}

export async function makeStrictBench(): Promise<Workbench> {
	const server = await startStrictS3({ page: 100 });
	const storage = new S3Storage({ ...server.config, prefix: "eo data/+1" });
	const at = (path: string) => `eo data/+1/${path}`;
	return {
		storage,
		write: async (path, content) => server.put(at(path), content),
		remove: async (path) => {
			for (const key of [...server.objects.keys()])
				if (key === at(path) || key.startsWith(`${at(path)}/`)) server.objects.delete(key);
		},
		mkdir: async (path) => server.put(at(`${path}/`), ""),
		rename: async (from, to) => {
			for (const [key, object] of [...server.objects])
				if (key === at(from) || key.startsWith(`${at(from)}/`)) {
					server.objects.delete(key);
					server.objects.set(at(to) + key.slice(at(from).length), object);
				}
		},
		touch: async (path, modified) => {
			const object = server.objects.get(at(path));
			if (object) server.objects.set(at(path), { ...object, modified });
		},
		replace: async (path, content) => {
			const modified = server.objects.get(at(path))?.modified ?? new Date();
			server.put(at(path), content);
			const object = server.objects.get(at(path));
			if (object) server.objects.set(at(path), { ...object, modified });
		},
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
}
