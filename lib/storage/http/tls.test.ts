import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeServerFolder, programOf } from "#lib/storage/test-servers/server-process.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { HttpStorage } from "./http.ts";

describeWithServer(programOf("openssl"), "over TLS", () => {
	test("a self-signed certificate is refused before anything is sent", async () => {
		await using folder = await makeServerFolder("tls");
		const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
		const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
		execFileSync(
			"openssl",
			[
				"req",
				"-x509",
				"-newkey",
				"ec",
				"-pkeyopt",
				"ec_paramgen_curve:P-256",
				"-nodes",
				"-keyout",
				key,
				"-out",
				cert,
				...subject,
			],
			{ stdio: "ignore" },
		);
		let asked = 0;
		const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
			asked++;
			response.end("[]");
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		try {
			const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
			await using storage = new HttpStorage({ type: "http", url, listing: "json", user: "u", password: "p" });
			const listing = storage.list("", { symlinks: "skip", signal: new AbortController().signal });
			await expect(listing).rejects.toMatchObject({
				code: "unreachable",
				message: expect.stringMatching(/its certificate is self-signed/),
			});
			expect(asked).toBe(0);
		} finally {
			server.close();
		}
	});
});
