import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Workbench } from "#lib/storage/conformance/bench.ts";
import { LocalStorage } from "./local.ts";

/** A local storage in a temporary folder, for tests. */
export interface LocalBench extends Workbench {
	readonly root: string;
}

/** @param parent where the folder is made; its owner sees to it that all may read it */
export async function makeLocalBench(parent = tmpdir()): Promise<LocalBench> {
	const root = await mkdtemp(join(parent, "eosync-local-"));
	await chmod(root, 0o755);
	const at = (path: string) => join(root, path);
	const storage = new LocalStorage({ type: "local", root });
	return {
		root,
		storage,
		write: async (path, content) => {
			await mkdir(dirname(at(path)), { recursive: true });
			await writeFile(at(path), content);
		},
		remove: (path) => rm(at(path), { recursive: true }),
		mkdir: (path) => mkdir(at(path)),
		rename: (from, to) => rename(at(from), at(to)),
		touch: (path, time) => utimes(at(path), time, time),
		replace: async (path, content) => {
			const { atime, mtime } = await stat(at(path));
			await writeFile(at(`${path}.new`), content);
			await utimes(at(`${path}.new`), atime, mtime);
			await rename(at(`${path}.new`), at(path));
		},
		forbid: async (path) => {
			await chmod(at(path), 0o000);
			becomeNobody();
		},
		symlink: (target, path) => symlink(target, at(path)),
		[Symbol.asyncDispose]: async () => {
			if (process.getuid?.() === 0) process.seteuid?.(0);
			await storage[Symbol.asyncDispose]();
			await rm(root, { recursive: true, force: true });
		},
	};
}

/** Root may read everything, so that it has to be another user for a while. */
export function becomeNobody(): void {
	if (process.getuid?.() === 0) process.seteuid?.(65534);
}
