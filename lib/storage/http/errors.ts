import { StorageError, type StorageErrorCode } from "#lib/errors.ts";

const explanations: Readonly<Record<number, readonly [StorageErrorCode, string]>> = {
	400: ["io", "the server does not understand the request; check the address"],
	401: ["forbidden", "it does not accept the user and password, or the token; check them in the storage's settings"],
	403: ["forbidden", "it may not be read; ask the server's administrator, or check user and password"],
	404: ["not-found", "it is not there; check the path"],
	405: ["io", "the server lists no folders this way; choose another kind of listing in the storage's settings"],
	407: ["forbidden", "a proxy wants user and password"],
	408: ["timeout", "the server waited too long; try again later"],
	410: ["not-found", "it is not there any more; check the path"],
	429: ["unreachable", "the server wants fewer requests; lower requests per second in the storage's settings"],
	500: ["io", "the server failed; ask its administrator"],
	502: ["unreachable", "the server behind it does not answer; try again later"],
	503: ["unreachable", "the server is overloaded or being maintained; try again later"],
	504: ["timeout", "the server behind it does not answer in time; try again later"],
};

/** What a status that was not hoped for means; `address` is of the request, without query. */
export function statusError(status: number, path: string, address: string): StorageError {
	const [code, advice] = explanations[status] ?? ["io", "which eosync does not understand; check the address"];
	return new StorageError(code, path, `${address} answered ${status}: ${advice}.`);
}

const network: Readonly<Record<string, readonly [StorageErrorCode, string]>> = {
	ENOTFOUND: ["unreachable", "there is no host of that name; check the address"],
	EAI_AGAIN: ["unreachable", "the name could not be looked up; try again later"],
	ECONNREFUSED: ["unreachable", "no server answers at that port; check host and port"],
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
	ERR_TLS_CERT_ALTNAME_INVALID: ["unreachable", "its certificate is of another host; check the address"],
};

/** What went wrong with a connection, by Node's account. */
export function networkError(error: unknown, path: string, address: string): StorageError {
	if (error instanceof StorageError && error.path === path) return error;
	if (error instanceof StorageError) return new StorageError(error.code, path, error.message, { cause: error });
	const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
	const [kind, advice] = network[code] ?? ["unreachable", `the connection failed (${code}); try again later`];
	return new StorageError(kind, path, `${address} cannot be reached: ${advice}.`, { cause: error });
}
