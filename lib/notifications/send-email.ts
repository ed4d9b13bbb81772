import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { createTransport } from "nodemailer";
import type { ChannelSettings } from "#lib/catalog/channels/channel-records.ts";
import { messageOf } from "#lib/errors.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { type DeliveryResult, snippet } from "./delivery-result.ts";

/** Limit for one step of the SMTP dialogue, milliseconds. */
const timeoutMs = 15_000;

export interface Mail {
	readonly settings: Extract<ChannelSettings, { type: "email" }>;
	readonly password: string | null;
	/** The same for each attempt. */
	readonly id: string;
	readonly subject: string;
	readonly text: string;
	/** undefined: the server may be anywhere. */
	readonly network: NetworkPolicy | undefined;
}

/** One attempt, to all recipients in one message. */
export async function sendMail({ settings, password, id, subject, text, network }: Mail): Promise<DeliveryResult> {
	const { host, port, encryption, user, from, to } = settings;
	const secrets = password === null ? [] : [password];
	try {
		const address = await resolve(host, network);
		const transport = createTransport({
			// The name is resolved once and checked against the network policy: it cannot change to a forbidden address in between.
			host: address,
			port,
			secure: encryption === "tls",
			requireTLS: encryption === "starttls",
			ignoreTLS: encryption === "none",
			tls: isIP(host) === 0 ? { servername: host } : {},
			...(user === null ? {} : { auth: { user, pass: password ?? "" } }),
			connectionTimeout: timeoutMs,
			greetingTimeout: timeoutMs,
			socketTimeout: timeoutMs,
			disableFileAccess: true,
			disableUrlAccess: true,
		});
		try {
			const messageId = `<${id}@${hostname()}>`;
			const { response, rejected } = await transport.sendMail({ from, to: [...to], subject, text, messageId });
			const refused = rejected.length > 0 ? `Refused for ${rejected.join(", ")}. ` : "";
			return { ok: true, status: statusOf(response), response: snippet(`${refused}${response}`, secrets) };
		} finally {
			transport.close();
		}
	} catch (error) {
		const status = error instanceof Error && "responseCode" in error ? Number(error.responseCode) || null : null;
		return { ok: false, status, response: snippet(messageOf(error), secrets) };
	}
}

async function resolve(host: string, network: NetworkPolicy | undefined): Promise<string> {
	assertWithin(network, host);
	if (isIP(host) !== 0) return host;
	return new Promise((done, reject) => {
		lookupWithin(network)(
			host,
			{ all: false },
			(error: NodeJS.ErrnoException | null, address: string | LookupAddress[]) => {
				if (error) reject(error);
				else done(typeof address === "string" ? address : (address[0]?.address ?? host));
			},
		);
	});
}

function statusOf(response: string): number | null {
	const [code] = /^\d{3}/.exec(response) ?? [];
	return code === undefined ? null : Number(code);
}
