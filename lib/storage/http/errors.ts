import { StorageError, type StorageErrorCode } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";

type Explanation = readonly [StorageErrorCode, string];

const later = "try again later";
const never = "the server does not support eosync's requests; check the address and its kind of listing";

/**
 * By status (RFC 9110, 4918, 8470, 6585, 7725). Only 404 and 410 say that something is not there; what is not named here counts
 * by its class: 5xx passes, all else does not, and none of it is absence.
 */
const explanations: Readonly<Record<number, Explanation>> = {
	400: ["io", "the server does not understand the request; check the address"],
	401: ["forbidden", "it does not accept the user and password, or the token; check them in the storage's settings"],
	402: ["forbidden", "the server wants to be paid; ask its administrator"],
	403: ["forbidden", "reading it is not allowed; ask the server's administrator, or check user and password"],
	404: ["not-found", "it does not exist; check the path"],
	405: ["io", "the server lists no folders this way; choose another kind of listing in the storage's settings"],
	407: ["forbidden", "a proxy wants user and password"],
	408: ["timeout", "the server waited too long; try again later"],
	409: ["unreachable", `it conflicts with another request; ${later}`],
	410: ["not-found", "it was removed; check the path"],
	412: ["changed", "it changed while it was read; run again"],
	413: ["io", never],
	416: ["changed", "it changed while it was read; run again"],
	421: ["unreachable", "this server does not answer for that host; check the address"],
	423: ["unreachable", `it is locked; ${later}`],
	424: ["unreachable", `something that it depends on failed; ${later}`],
	425: ["unreachable", `the server refuses early data; ${later}`],
	429: ["unreachable", "the server wants fewer requests; lower requests per second in the storage's settings"],
	451: ["forbidden", "it may not be shown for legal reasons; exclude it from the source"],
	500: ["io", "the server failed; ask its administrator"],
	501: ["io", never],
	502: ["unreachable", "the server behind it does not answer; try again later"],
	503: ["unreachable", "the server is overloaded or being maintained; try again later"],
	504: ["timeout", "the server behind it does not answer in time; try again later"],
	505: ["io", never],
	506: ["io", never],
	508: ["io", "it leads in a circle; ask the server's administrator"],
	510: ["io", never],
	511: ["forbidden", "the network wants a sign-in first"],
};

/** The meaning of an unexpected status. */
export function httpMeaning(status: number): Explanation {
	const byClass: Explanation =
		status >= 500
			? ["unreachable", `the server failed; ${later}`]
			: ["io", "which eosync does not understand; check the address"];
	return explanations[status] ?? byClass;
}

/** The error of an unexpected status; `address` is that of the request, without its query. */
export function statusError(status: number, path: string, address: string): StorageError {
	const [code, advice] = httpMeaning(status);
	return new StorageError(code, path, `${address} answered ${status}: ${advice}.`);
}

const network = lookupTable<readonly [StorageErrorCode, string]>({
	ENOTFOUND: ["unreachable", "no host has that name; check the address"],
	EAI_AGAIN: ["unreachable", "the name could not be looked up; try again later"],
	ECONNREFUSED: ["unreachable", "no server answers at that port; check host and port"],
	ECONNRESET: ["unreachable", "the server broke the connection off; try again later"],
	EHOSTUNREACH: ["unreachable", "no route leads to that host; check the network"],
	ENETUNREACH: ["unreachable", "no route leads to that host; check the network"],
	ETIMEDOUT: ["timeout", "the server does not answer; check that it can be reached from here"],
	DEPTH_ZERO_SELF_SIGNED_CERT: ["unreachable", "its certificate is self-signed; install a trusted one"],
	SELF_SIGNED_CERT_IN_CHAIN: [
		"unreachable",
		"its certificate is signed by an unknown authority; name that authority in NODE_EXTRA_CA_CERTS",
	],
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
		"unreachable",
		"its certificate's chain is not complete; name its authority in NODE_EXTRA_CA_CERTS",
	],
	CERT_HAS_EXPIRED: ["unreachable", "its certificate has expired; renew it"],
	ERR_TLS_CERT_ALTNAME_INVALID: ["unreachable", "its certificate is for another host; check the address"],
});

/** The error of a connection, from Node's error code. */
export function networkError(error: unknown, path: string, address: string): StorageError {
	if (error instanceof StorageError && error.path === path) return error;
	if (error instanceof StorageError) return new StorageError(error.code, path, error.message, { cause: error });
	const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
	const [kind, advice] = network[code] ?? ["unreachable", `the connection failed (${code}); try again later`];
	return new StorageError(kind, path, `${address} cannot be reached: ${advice}.`, { cause: error });
}
