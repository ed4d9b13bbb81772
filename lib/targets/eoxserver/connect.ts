import type { LookupAddress } from "node:dns";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { requireTargetHost, targetHost } from "#lib/catalog/targets/target-host.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";

export interface ConnectOptions {
	/** The target's, for messages. */
	readonly name: string;
	/** With its password. */
	readonly url: string;
	readonly network: NetworkPolicy | undefined;
}

/** Its database is out of reach, or is none that a target can be. `retryable`: it may be another time. */
export class TargetError extends EosyncError {
	declare readonly code: "target-unreachable" | "target-not-usable";

	constructor(code: TargetError["code"], message: string, options: { readonly cause?: unknown } = {}) {
		super(code, message, { ...options, retryable: code === "target-unreachable" });
	}
}

/**
 * Connects to the target's database, which answers at once or within ten seconds; to the address that its host's name led to when it was bounded.
 * @throws TargetError, without the password; StorageError `forbidden` when the address is out of bounds.
 */
export async function connectTarget({ name, url, network }: ConnectOptions): Promise<Database> {
	requireTargetHost(url, network);
	try {
		return await openDatabase({ url: await boundedUrl(url, network), applicationName: "eosync target", max: 2 });
	} catch (error) {
		if (!(error instanceof EosyncError) || error.code !== "database-unreachable") throw error;
		const reason = messageOf(error.cause).replace(/[.\s]+$/, "") || "no answer";
		throw new TargetError(
			"target-unreachable",
			`The database of the target ${name} cannot be reached: ${reason}. Check its address, user and password, and that the server takes connections from here (pg_hba.conf).`,
			{ cause: error },
		);
	}
}

/** A certificate that is to be verified names the host, and no other server has it. */
async function boundedUrl(url: string, network: NetworkPolicy | undefined): Promise<string> {
	const host = targetHost(url);
	const target = new URL(url);
	if (network === undefined || host.startsWith("/") || target.searchParams.get("sslmode") === "verify-full") {
		if (network !== undefined && !host.startsWith("/")) await addressOf(host, network);
		return url;
	}
	const address = await addressOf(host, network);
	target.searchParams.delete("host");
	target.hostname = address.includes(":") ? `[${address}]` : address;
	return target.href;
}

function addressOf(host: string, network: NetworkPolicy): Promise<string> {
	return new Promise((resolve, reject) => {
		lookupWithin(network)(host, { all: true }, (error, found) => {
			const [first] = found as unknown as readonly LookupAddress[];
			if (error || first === undefined) reject(error instanceof EosyncError ? error : unknownHost(host, error));
			else resolve(first.address);
		});
	});
}

function unknownHost(host: string, cause: unknown): TargetError {
	return new TargetError("target-unreachable", `The host ${host} is not known: ${messageOf(cause)}.`, { cause });
}
