import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ftpConfigOf } from "#lib/storage/test-servers/ftp-bench.ts";
import { proftpd, startProftpd } from "#lib/storage/test-servers/proftpd.ts";
import { rclone } from "#lib/storage/test-servers/rclone-web.ts";
import { sftpConfigOf } from "#lib/storage/test-servers/sftp-bench.ts";
import { sshd, startSshd } from "#lib/storage/test-servers/sshd.ts";
import { startVsftpd, vsftpd } from "#lib/storage/test-servers/vsftpd.ts";
import type { Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import { fill, grouped, listingRow } from "./remote-rows.ts";
import type { Workplace } from "./workplace.ts";

/** Without MLSD both programs ask for the exact time of every file they do not know: here, of all. */
export async function* ftpRows(_: Workplace, { entries, rounds }: BenchOptions): AsyncGenerator<Row> {
	const servers = [
		["ProFTPD, MLSD", proftpd, startProftpd],
		["vsftpd, LIST and MDTM", vsftpd, startVsftpd],
	] as const;
	for (const [name, program, start] of servers) {
		if (rclone === null || program === null) {
			console.log(`Skipped: FTP, ${name} (.ci/test-servers installs it and rclone).`);
			continue;
		}
		await using server = await start();
		fill(server.root, entries);
		const password = execFileSync(rclone, ["obscure", server.password], { encoding: "utf8" }).trim();
		const host = ["--ftp-host", "127.0.0.1", "--ftp-port", String(server.port)];
		const peer = [":ftp:", ...host, "--ftp-user", server.user, "--ftp-pass", password];
		const commands = async () => (await server.commands()).length;
		const comparison = { config: ftpConfigOf(server), peer, rounds, files: entries, counted: commands };
		yield await listingRow(`FTP (${name}), ${grouped(entries)} entries`, comparison);
	}
}

export async function* sftpRows(place: Workplace, { entries, rounds }: BenchOptions): AsyncGenerator<Row> {
	if (rclone === null || sshd === null) {
		console.log("Skipped: SFTP (.ci/test-servers installs OpenSSH and rclone).");
		return;
	}
	await using server = await startSshd();
	fill(server.root, entries);
	const key = join(place.home, "sftp-key");
	writeFileSync(key, server.privateKey, { mode: 0o600 });
	const host = ["--sftp-host", "127.0.0.1", "--sftp-port", String(server.port), "--sftp-user", server.user];
	const plain = ["--sftp-shell-type", "none", "--sftp-disable-hashcheck"];
	const peer = [`:sftp:${server.root}`, ...host, "--sftp-key-file", key, ...plain];
	const comparison = { config: sftpConfigOf(server), peer, rounds, files: entries };
	yield await listingRow(`SFTP (OpenSSH), ${grouped(entries)} entries`, comparison);
}
