import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own, in memory, that can be full. */
export interface SmallDisk extends Disposable {
	readonly folder: string;
	/** Takes all the room that is left. */
	fill(): void;
	/** Gives it back. */
	makeRoom(): void;
}

/** @throws Error where this user may mount nothing: see `canMount`. */
export function mountSmallDisk(megabytes: number): SmallDisk {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "eosync-disk-")));
	mount("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0777`, "tmpfs", folder);
	const ballast = join(folder, "ballast");
	return {
		folder,
		fill() {
			const file = openSync(ballast, "a");
			try {
				for (const size of [1 << 20, 4096]) writeAll(file, Buffer.alloc(size));
			} finally {
				closeSync(file);
			}
		},
		makeRoom: () => rmSync(ballast, { force: true }),
		[Symbol.dispose]() {
			mount("umount", "--lazy", folder);
			rmSync(folder, { recursive: true });
		},
	};
}

/** Whether this user may mount a file system, by itself or by sudo without a password. */
export function canMount(): boolean {
	try {
		mountSmallDisk(1)[Symbol.dispose]();
		return true;
	} catch {
		return false;
	}
}

function mount(...command: readonly string[]): void {
	const [program = "", ...options] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
	execFileSync(program, options, { stdio: ["ignore", "ignore", "pipe"] });
}

function writeAll(file: number, bytes: Buffer): void {
	for (;;) {
		try {
			writeSync(file, bytes);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
			return;
		}
	}
}
