import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FtpServer } from "./proftpd.ts";
import { freePort, makeServerFolder, programOf, startServer } from "./server-process.ts";

export const vsftpd = programOf("vsftpd");

interface VsftpdOptions {
	/** Lines of configuration. */
	readonly more?: readonly string[];
	readonly tls?: "none" | "explicit" | "implicit";
}

/** An FTP server without MLSD. Its user is the anonymous one, which needs a password here. */
export async function startVsftpd({
	more = [],
	tls = "none",
}: VsftpdOptions = {}): Promise<FtpServer & { readonly certificate: string }> {
	const folder = await makeServerFolder("vsftpd");
	const at = (name: string) => join(folder.path, name);
	const port = await freePort();
	const root = at("root");
	const log = at("commands.log");
	const [user, password] = ["anonymous", "correct-horse"];
	await mkdir(root);
	await mkdir(at("empty"));
	await writeFile(at("passwords"), `${password}\n`);
	await writeFile(log, "");
	if (tls !== "none") makeCertificate(at("key.pem"), at("certificate.pem"));
	const asRoot = process.getuid?.() === 0;
	await writeFile(
		at("vsftpd.conf"),
		[
			"listen=YES",
			"listen_address=127.0.0.1",
			`listen_port=${port}`,
			"background=NO",
			"seccomp_sandbox=NO",
			"isolate=NO",
			"isolate_network=NO",
			"anonymous_enable=YES",
			"secure_email_list_enable=YES",
			`email_password_file=${at("passwords")}`,
			`anon_root=${root}`,
			"anon_world_readable_only=NO",
			// A user that every Debian has, with a home that exists.
			"ftp_username=daemon",
			"nopriv_user=nobody",
			`secure_chroot_dir=${at("empty")}`,
			...(asRoot ? [] : ["run_as_launching_user=YES"]),
			"xferlog_enable=YES",
			"xferlog_std_format=NO",
			"log_ftp_protocol=YES",
			`vsftpd_log_file=${log}`,
			...(tls === "none"
				? []
				: [
						"ssl_enable=YES",
						"allow_anon_ssl=YES",
						"force_anon_logins_ssl=YES",
						"force_anon_data_ssl=YES",
						`implicit_ssl=${tls === "implicit" ? "YES" : "NO"}`,
						`rsa_cert_file=${at("certificate.pem")}`,
						`rsa_private_key_file=${at("key.pem")}`,
					]),
			...more,
			"",
		].join("\n"),
	);
	const server = await startServer({ program: vsftpd ?? "vsftpd", args: [at("vsftpd.conf")], port });
	return {
		port,
		user,
		password,
		root,
		certificate: at("certificate.pem"),
		commands: async () => commandsIn(await readFile(log, "utf8")),
		sent: async () => {
			const lines = (await readFile(log, "utf8")).matchAll(/DOWNLOAD: .*?, (\d+) bytes/g);
			return [...lines].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
		},
		[Symbol.asyncDispose]: async () => {
			await server[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}

/** Lines like `… [pid 2] [nobody] FTP command: Client "127.0.0.1", "CWD /in"`. */
function commandsIn(log: string): readonly string[] {
	return [...log.matchAll(/FTP command: Client "[^"]*", "(.*)"$/gm)].map(([, command = ""]) => command);
}

function makeCertificate(key: string, certificate: string): void {
	const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
	const files = ["-keyout", key, "-out", certificate];
	execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files], {
		stdio: "ignore",
	});
}
