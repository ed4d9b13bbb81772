import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort, makeServerFolder, programOf, startServer } from "./server-process.ts";

interface RcloneSftp extends AsyncDisposable {
	readonly port: number;
	readonly user: string;
	readonly password: string;
	/** Folder on disk that clients see as `/`. */
	readonly root: string;
	readonly hostKey: string;
}

/** `rclone serve sftp`, which is not OpenSSH and takes passwords. */
export async function startRcloneSftp(): Promise<RcloneSftp> {
	const folder = await makeServerFolder("rclone-sftp");
	const at = (name: string) => join(folder.path, name);
	const port = await freePort();
	const root = at("root");
	const user = "eo";
	const password = "correct horse";
	await mkdir(root);
	execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at("key")], { stdio: "ignore" });
	const line = execFileSync("ssh-keygen", ["-l", "-f", at("key.pub")], { encoding: "utf8" });
	// Folders may change under it: nothing is kept.
	const quick = ["--dir-cache-time", "0s", "--read-only"];
	const server = await startServer({
		program: programOf("rclone") ?? "rclone",
		args: [
			"serve",
			"sftp",
			root,
			"--addr",
			`127.0.0.1:${port}`,
			"--user",
			user,
			"--pass",
			password,
			"--key",
			at("key"),
			...quick,
			"--config",
			"",
			"--cache-dir",
			at("cache"),
		],
		port,
	});
	return {
		port,
		user,
		password,
		root,
		hostKey: line.split(" ")[1] ?? "",
		[Symbol.asyncDispose]: async () => {
			await server[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}
