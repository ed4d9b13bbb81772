import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { signalProcess } from "#lib/process-signal.ts";
import { freePort, makeServerFolder, programOf, startServer } from "./server-process.ts";

/** OpenSSH, which lets one user in by key and serves what that user may read. */
export interface SshServer extends AsyncDisposable {
	readonly port: number;
	readonly user: string;
	readonly privateKey: string;
	/** Folder that all may read. */
	readonly root: string;
	/** `SHA256:…`, of each kind of key it has. */
	readonly hostKeys: readonly string[];
	/** What happened so far: who came, and how they got in. */
	log(): Promise<string>;
	/** Ends all connections. */
	dropConnections(): Promise<void>;
	/** Ends all connections, and takes new ones, with new host keys. */
	renew(): Promise<void>;
}

export const sshd = programOf("sshd");

/** As root the server's user is the system's `nobody`, who may not read everything. */
export async function startSshd({ more = [] }: { readonly more?: readonly string[] } = {}): Promise<SshServer> {
	const folder = await makeServerFolder("sshd");
	const at = (name: string) => join(folder.path, name);
	const port = await freePort();
	const root = at("root");
	const log = at("log");
	const user = process.getuid?.() === 0 ? "nobody" : userInfo().username;
	await mkdir(root);
	await chmod(root, 0o755);
	if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
	makeKey(at("user_key"), "ed25519");
	await writeFile(at("authorized_keys"), await readFile(at("user_key.pub")));
	await chmod(at("authorized_keys"), 0o644);
	await writeFile(
		at("sshd_config"),
		[
			`Port ${port}`,
			"ListenAddress 127.0.0.1",
			`HostKey ${at("host_ed25519")}`,
			`HostKey ${at("host_ecdsa")}`,
			`PidFile ${at("pid")}`,
			`AuthorizedKeysFile ${at("authorized_keys")}`,
			"StrictModes no",
			"UsePAM no",
			"PasswordAuthentication no",
			"KbdInteractiveAuthentication no",
			"MaxStartups 100",
			"LogLevel VERBOSE",
			"Subsystem sftp internal-sftp",
			"ForceCommand internal-sftp",
			...more,
			"",
		].join("\n"),
	);
	const args = ["-D", "-f", at("sshd_config"), "-E", log];
	const start = async () => {
		for (const kind of ["ed25519", "ecdsa"]) {
			await rm(at(`host_${kind}`), { force: true });
			makeKey(at(`host_${kind}`), kind);
		}
		return startServer({ program: sshd ?? "sshd", args, port });
	};
	let server = await start();
	// Those leave the process group of the server.
	const dropConnections = async () => {
		const { pid } = server.child;
		const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
		for (const child of children.split(" ").filter((id) => id !== "")) signalProcess(Number(child), "SIGTERM");
	};
	const stop = async () => {
		await dropConnections();
		await server[Symbol.asyncDispose]();
	};
	return {
		port,
		user,
		root,
		privateKey: await readFile(at("user_key"), "utf8"),
		get hostKeys() {
			return ["ed25519", "ecdsa"].map((kind) => fingerprint(at(`host_${kind}.pub`)));
		},
		log: () => readFile(log, "utf8"),
		dropConnections,
		renew: async () => {
			await stop();
			server = await start();
		},
		[Symbol.asyncDispose]: async () => {
			await stop();
			await folder[Symbol.asyncDispose]();
		},
	};
}

function makeKey(path: string, kind: string): void {
	execFileSync("ssh-keygen", ["-q", "-t", kind, "-N", "", "-f", path], { stdio: "ignore" });
}

function fingerprint(path: string): string {
	return execFileSync("ssh-keygen", ["-l", "-f", path], { encoding: "utf8" }).split(" ")[1] ?? "";
}
