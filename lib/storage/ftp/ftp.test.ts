import { afterAll, beforeAll } from "vitest";
import type { FtpConfig } from "#lib/storage/config.ts";
import type { Hand } from "#lib/storage/conformance/bench.ts";
import { storageConformance } from "#lib/storage/conformance/storage.conformance.ts";
import { ftpConfigOf, makeFtpBench } from "#lib/storage/test-servers/ftp-bench.ts";
import { type FtpServer, proftpd, startProftpd } from "#lib/storage/test-servers/proftpd.ts";
import { startSilentServer } from "#lib/storage/test-servers/silent-server.ts";
import { startVsftpd, vsftpd } from "#lib/storage/test-servers/vsftpd.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { FtpStorage } from "./ftp.ts";

interface Subject {
	readonly name: string;
	readonly program: string | null;
	readonly start: () => Promise<FtpServer>;
	readonly config?: (server: FtpServer) => Partial<FtpConfig>;
	readonly hands: readonly Hand[];
	readonly coarseListings?: boolean;
	readonly hidesBrokenLinks?: boolean;
}

const exact: readonly Hand[] = ["mkdir", "rename", "touch", "replace", "forbid", "symlink"];
// To the minute or the day, a second makes no difference.
const rounded: readonly Hand[] = ["mkdir", "rename", "forbid", "symlink"];

const subjects: readonly Subject[] = [
	{ name: "ProFTPD", program: proftpd, start: startProftpd, hands: exact, hidesBrokenLinks: true },
	{
		name: "ProFTPD without MLSD and EPSV",
		program: proftpd,
		start: startProftpd,
		config: () => ({ mlsd: "off", epsv: "off" }),
		hands: rounded,
		coarseListings: true,
	},
	{ name: "vsftpd", program: vsftpd, start: startVsftpd, hands: rounded, coarseListings: true },
];

for (const {
	name,
	program,
	start,
	config = () => ({}),
	hands,
	coarseListings = false,
	hidesBrokenLinks = false,
} of subjects) {
	describeWithServer(program, name, () => {
		let server: FtpServer;
		beforeAll(async () => {
			server = await start();
		});
		afterAll(() => server?.[Symbol.asyncDispose]());
		storageConformance({
			name: `ftp (${name})`,
			make: () => makeFtpBench(server, config(server)),
			makeStalled: async () => {
				const silent = await startSilentServer();
				const storage = new FtpStorage({ ...ftpConfigOf(server), port: silent.port, timeout: 0.3 });
				const dispose = storage[Symbol.asyncDispose].bind(storage);
				return Object.assign(storage, {
					[Symbol.asyncDispose]: async () => {
						await dispose();
						await silent[Symbol.asyncDispose]();
					},
				});
			},
			hands,
			coarseListings,
			hidesBrokenLinks,
			impossibleNames: ["new\nline.tif"],
		});
	});
}
