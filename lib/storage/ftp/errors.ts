import { FTPError } from "basic-ftp";
import { StorageError, type StorageErrorCode } from "#lib/errors.ts";
import type { FtpConfig } from "#lib/storage/config.ts";
import { BusyError, ConnectionLostError } from "#lib/storage/flow-control/session-pool.ts";

/** The code of a server's refusal; undefined for every other error. */
export function ftpCodeOf(error: unknown): number | undefined {
	return error instanceof FTPError ? error.code : undefined;
}

/** `unsupported`: the server does not know the command; `unclear`: missing or not readable, the reply does not say which. */
export type FtpMeaning = StorageErrorCode | "unsupported" | "unclear";

const forbiddingWords = /permission|denied|not permitted|not allowed|forbidden|privileges/i;
const missingWords = /no such|not found|not exist|cannot find|not a (directory|folder)/i;
const codes: Readonly<Record<number, FtpMeaning>> = {
	331: "forbidden",
	332: "forbidden",
	421: "unreachable",
	425: "unreachable",
	426: "unreachable",
	430: "forbidden",
	434: "unreachable",
	500: "unsupported",
	501: "unsupported",
	502: "unsupported",
	503: "io",
	504: "unsupported",
	522: "io",
	530: "forbidden",
	532: "forbidden",
	533: "forbidden",
	534: "forbidden",
	535: "forbidden",
	536: "forbidden",
	537: "forbidden",
	550: "unclear",
	553: "invalid-path",
};

/**
 * What a reply means for what was asked for (RFC 959, 4.2; RFC 2228, 5.1). 550 is all there is for “not there” and “may not be
 * read”, and 450 for “busy”: only their words say more. Words of other replies are about something else, as those of 421
 * and 530. Replies that are not named here count by their class: 4xx passes.
 */
export function ftpMeaning(code: number, said: string): FtpMeaning {
	if (code === 550 || code === 450) {
		if (forbiddingWords.test(said)) return "forbidden";
		if (missingWords.test(said)) return "not-found";
	}
	return codes[code] ?? "io";
}

/** What a server said, on one line and not too long of it; passwords are never part of an answer's first line. */
export function saidBy(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	// How the client library says that the server hung up.
	if (/^Server (sent FIN packet|closed connection) unexpectedly/.test(text)) return "it closed the connection";
	return text.replace(/\s+/g, " ").slice(0, 200);
}

export function ftpFailure(
	code: StorageErrorCode,
	path: string,
	what: string,
	cause: unknown,
	advice: string,
): StorageError {
	return new StorageError(code, path, `The FTP server ${what} (${saidBy(cause)}): ${advice}.`, { cause });
}

/** Explains why a connection failed. */
export function connectionError(error: unknown, { host, tls }: FtpConfig): Error {
	if (error instanceof BusyError) return error;
	if (error instanceof StorageError && error.code === "timeout")
		return new StorageError("timeout", "", `${host} does not answer; check host, port and firewall.`, { cause: error });
	if (error instanceof StorageError && !(error instanceof ConnectionLostError)) return error;
	const cause = error instanceof ConnectionLostError ? error.cause : error;
	const code = ftpCodeOf(cause);
	if (code === 421) return new BusyError(`${host} does not accept another connection (${saidBy(cause)}).`);
	if (isCertificateError(cause))
		return new StorageError(
			"forbidden",
			"",
			`The certificate of ${host} is not trusted (${saidBy(cause)}); have it renewed or signed, or turn off its verification.`,
			{ cause },
		);
	const advice = tls === "none" ? "check host and port" : `check host and port, and whether it speaks ${tls} TLS`;
	return new StorageError("unreachable", "", `Cannot connect to ${host} (${saidBy(cause)}): ${advice}.`, { cause });
}

function isCertificateError(error: unknown): boolean {
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;
	return certificate.test(code) || (typeof error === "string" && certificate.test(error));
}
