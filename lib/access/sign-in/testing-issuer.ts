import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A small OpenID Connect issuer for tests: signs in the user that `who` names, without asking. */
export class Issuer {
	who: Readonly<Record<string, unknown>> = {};
	/** Claims that the next ID tokens get instead of the right ones. */
	wrong: Readonly<Record<string, unknown>> = {};
	readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
	readonly #nonceByCode = new Map<string, string>();
	readonly #server: Server;
	/** Whether it publishes the keys that verify its ID tokens. */
	tellsKeys = true;
	url = "";

	constructor() {
		this.#server = createServer((request, response) => {
			const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
			const answer = (body: object) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
			if (pathname === "/.well-known/openid-configuration") return answer(this.#discovery());
			if (pathname === "/keys")
				return answer({
					keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }],
				});
			if (pathname === "/authorize") {
				const code = randomBytes(8).toString("hex");
				this.#nonceByCode.set(code, searchParams.get("nonce") ?? "");
				const back = new URL(searchParams.get("redirect_uri") ?? "");
				back.searchParams.set("code", code);
				back.searchParams.set("state", searchParams.get("state") ?? "");
				return response.writeHead(302, { location: back.href }).end();
			}
			if (pathname === "/token") return void this.#token(request).then(answer);
			response.writeHead(404).end();
		});
	}

	async start(): Promise<void> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
		this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	stop(): void {
		this.#server.close();
	}

	#discovery() {
		return {
			issuer: this.url,
			authorization_endpoint: `${this.url}/authorize`,
			token_endpoint: `${this.url}/token`,
			...(this.tellsKeys ? { jwks_uri: `${this.url}/keys` } : {}),
			id_token_signing_alg_values_supported: ["RS256"],
		};
	}

	async #token(request: IncomingMessage) {
		const form = new URLSearchParams(await text(request));
		const now = Math.floor(Date.now() / 1000);
		const nonce = this.#nonceByCode.get(form.get("code") ?? "");
		const claims = { iss: this.url, aud: "eosync", iat: now, exp: now + 60, nonce, ...this.who, ...this.wrong };
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
		const signed = `${part({ alg: "RS256", kid: "1" })}.${part(claims)}`;
		const signature = createSign("RSA-SHA256").update(signed).sign(this.#keys.privateKey).toString("base64url");
		return { access_token: "at", refresh_token: "rt", token_type: "Bearer", id_token: `${signed}.${signature}` };
	}
}
