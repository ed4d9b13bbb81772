import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { makeServerFolder, programOf } from "./server-process.ts";

/** An FTP server with MLSD, of which only `user` with `password` may read what is below `root`. */
export interface FtpServer extends AsyncDisposable {
	readonly port: number;
	readonly user: string;
	readonly password: string;
	/** Folder on disk that clients see as `/`. */
	readonly root: string;
	/** Commands the server got so far, in order, with their arguments. */
	commands(): Promise<readonly string[]>;
	/** Bytes of files that it sent so far. */
	sent(): Promise<number>;
}

interface ProftpdOptions {
	/** Lines of configuration. */
	readonly more?: readonly string[];
}

export const proftpd = programOf("proftpd");

export async function startProftpd({ more = [] }: ProftpdOptions = {}): Promise<FtpServer> {
	const folder = await makeServerFolder("proftpd");
	const [root, log] = [join(folder.path, "root"), join(folder.path, "commands.log")];
	const [user, password] = ["eo", "correct horse"];
	await mkdir(root);
	const asRoot = process.getuid?.() === 0;
	const [uid, gid] = asRoot ? [65534, 65534] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
	const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], { input: password, encoding: "utf8" }).trim();
	const users = join(folder.path, "users");
	await writeFile(users, `${user}:${hash}:${uid}:${gid}::${root}:/bin/sh\n`);
	await chmod(users, 0o600);
	await writeFile(
		join(folder.path, "proftpd.conf"),
		[
			"ServerType inetd",
			"DefaultAddress 127.0.0.1",
			"UseIPv6 off",
			"UseReverseDNS off",
			"RequireValidShell off",
			...(asRoot ? ["User nobody", "Group nogroup"] : [`User #${uid}`, `Group #${gid}`]),
			"AuthOrder mod_auth_file.c",
			`AuthUserFile ${users}`,
			"AuthFileOptions InsecurePerms",
			"<IfModule mod_delay.c>",
			"DelayEngine off",
			"</IfModule>",
			...(asRoot ? ["DefaultRoot ~"] : []),
			`ScoreboardFile ${join(folder.path, "scoreboard")}`,
			`SystemLog ${join(folder.path, "system.log")}`,
			"TransferLog none",
			"WtmpLog off",
			'LogFormat commands "%m %J"',
			`ExtendedLog ${log} ALL commands`,
			'LogFormat bytes "%m %b"',
			`ExtendedLog ${join(folder.path, "bytes.log")} READ bytes`,
			...more,
		].join("\n"),
	);
	await writeFile(log, "");
	const server = await startPerConnection(["--config", join(folder.path, "proftpd.conf")]);
	return {
		port: server.port,
		user,
		password,
		root,
		commands: async () => (await readFile(log, "utf8")).split("\n").filter((line) => line !== ""),
		sent: async () => {
			const lines = (await readFile(join(folder.path, "bytes.log"), "utf8")).matchAll(/^RETR (\d+)/gm);
			return [...lines].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
		},
		[Symbol.asyncDispose]: async () => {
			await server[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}

/**
 * A process for every connection, as inetd does it: on its own the server sleeps 0.4 s whenever a connection has ended.
 * @throws what ProFTPD has against its configuration
 */
async function startPerConnection(args: readonly string[]): Promise<AsyncDisposable & { readonly port: number }> {
	const program = proftpd ?? "proftpd";
	execFileSync(program, ["--configtest", ...args], { stdio: ["ignore", "ignore", "pipe"] });
	const children = new Set<ChildProcess>();
	const listener = createServer({ pauseOnConnect: true }, (socket) => {
		const child = spawn(program, args, { stdio: [socket, socket, "inherit"] });
		children.add(child);
		// The connection is the child's from here on; a client that is gone already is none of our business.
		child.on("spawn", () => socket.on("error", () => {}).destroy()).on("exit", () => children.delete(child));
	}).listen(0, "127.0.0.1");
	await once(listener, "listening");
	return {
		port: (listener.address() as AddressInfo).port,
		[Symbol.asyncDispose]: async () => {
			listener.close();
			const ended = [...children].map((child) => once(child, "exit"));
			for (const child of children) child.kill("SIGKILL");
			await Promise.all(ended);
		},
	};
}
