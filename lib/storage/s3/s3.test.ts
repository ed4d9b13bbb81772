import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe } from "vitest";
import { storageConformance } from "#lib/storage/conformance/storage.conformance.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { makeFauxqsBench, makeStrictBench } from "#lib/storage/test-servers/s3-bench.ts";
import { startSilentServer } from "#lib/storage/test-servers/silent-server.ts";
import { S3Storage } from "./s3.ts";

describe("an S3 server", () => {
	let server: FauxqsServer;
	let benches = 0;
	beforeAll(async () => {
		server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
	});
	afterAll(() => server.stop());
	storageConformance({
		name: "s3 (fauxqs)",
		make: () => makeFauxqsBench(server, `bucket-${benches++}`),
		makeStalled,
		hands: ["mkdir"],
	});
});

storageConformance({
	name: "s3 (strict stand-in, below a prefix, in pages of 100)",
	make: makeStrictBench,
	hands: ["mkdir", "rename", "touch", "replace"],
});

async function makeStalled(): Promise<Storage> {
	const server = await startSilentServer();
	const storage = new S3Storage({
		...{ type: "s3", bucket: "stalled", prefix: "", region: "us-east-1", endpoint: `http://127.0.0.1:${server.port}` },
		...{ pathStyle: true, credentials: "anonymous", requesterPays: false, timeout: 0.2 },
	});
	const dispose = storage[Symbol.asyncDispose].bind(storage);
	storage[Symbol.asyncDispose] = async () => {
		await dispose();
		await server[Symbol.asyncDispose]();
	};
	return storage;
}
