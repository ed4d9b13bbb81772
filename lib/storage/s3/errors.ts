import { StorageError, type StorageErrorCode } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import type { S3Config } from "#lib/storage/config.ts";
import { networkError } from "#lib/storage/http/errors.ts";

type Explanation = readonly [StorageErrorCode, string];

const denied: Explanation = [
	"forbidden",
	"access is denied; check the key's rights (s3:ListBucket, s3:GetObject), and whether the bucket wants requester pays",
];
const elsewhere = "the bucket is in another region";

const fewer = "the server wants fewer requests; lower parallel or requests per second in the storage's settings";
const later = "the server cannot answer now; try again later";

/** By the error's code (docs.aws.amazon.com, “Error responses”), which S3-compatible servers use as well. */
const byCode = lookupTable<Explanation>({
	NoSuchBucket: ["not-found", "no bucket has that name; check name, endpoint and region"],
	NoSuchKey: ["not-found", "the object does not exist, or was removed; run again"],
	InvalidBucketName: ["not-found", "that cannot be the name of a bucket; check it"],
	AccessDenied: denied,
	AllAccessDisabled: denied,
	InvalidAccessKeyId: ["forbidden", "the server does not know the access key; check it in the storage's settings"],
	SignatureDoesNotMatch: [
		"forbidden",
		"the secret does not belong to the access key; check both in the storage's settings",
	],
	InvalidToken: ["forbidden", "the session token is not valid; give a new one"],
	ExpiredToken: ["forbidden", "the session token has expired; give a new one"],
	TokenRefreshRequired: ["forbidden", "the session token has expired; give a new one"],
	CredentialsProviderError: [
		"forbidden",
		"no credentials were found in environment, profile or instance role; give keys, or choose anonymous",
	],
	RequestTimeTooSkewed: ["io", "the clock of this machine and the server's differ too much; set this machine's clock"],
	PermanentRedirect: ["io", elsewhere],
	TemporaryRedirect: ["io", elsewhere],
	AuthorizationHeaderMalformed: ["io", elsewhere],
	IllegalLocationConstraintException: ["io", elsewhere],
	InvalidObjectState: ["archived", "it is archived; restore it, or exclude it from the source"],
	PreconditionFailed: ["changed", "it changed while it was read; run again"],
	InvalidRange: ["changed", "it changed while it was read; run again"],
	SlowDown: ["unreachable", fewer],
	TooManyRequests: ["unreachable", fewer],
	RequestLimitExceeded: ["unreachable", fewer],
	Throttling: ["unreachable", fewer],
	ThrottlingException: ["unreachable", fewer],
	BandwidthLimitExceeded: ["unreachable", fewer],
	InternalError: ["unreachable", later],
	ServiceUnavailable: ["unreachable", later],
	OperationAborted: ["unreachable", later],
	ServerBusy: ["unreachable", later],
	AccountProblem: denied,
	NotSignedUp: denied,
	InvalidPayer: denied,
	InvalidSecurity: denied,
	RequestExpired: ["io", "the clock of this machine and the server's differ too much; set this machine's clock"],
	NoSuchVersion: ["not-found", "the version does not exist, or was removed; run again"],
	NoSuchUpload: ["io", "the server's answer does not fit the request; check the endpoint"],
	MethodNotAllowed: ["io", "the server does not allow the request; check the endpoint"],
	NotImplemented: ["io", "the server does not support the request; check the endpoint"],
	InvalidRequest: ["io", "the server does not accept the request; check region, endpoint and credentials"],
	KeyTooLongError: ["invalid-path", "the key is too long; shorten it"],
	InvalidURI: ["invalid-path", "the server cannot express that key"],
	RequestTimeout: ["timeout", "the server waited too long for the request; try again later"],
	TimeoutError: ["timeout", "the server gave no answer; check that it can be reached from here"],
});

const byStatus: Readonly<Record<number, Explanation>> = {
	301: ["io", elsewhere],
	307: ["io", elsewhere],
	400: ["io", "the server does not accept the request; check region, endpoint and credentials"],
	401: denied,
	403: denied,
	404: ["not-found", "it does not exist; check bucket and path"],
	408: ["timeout", "the server waited too long for the request; try again later"],
	409: ["unreachable", later],
	412: ["changed", "it changed while it was read; run again"],
	416: ["changed", "it changed while it was read; run again"],
	425: ["unreachable", later],
	429: ["unreachable", fewer],
	500: ["unreachable", "the server failed; try again later"],
	501: ["io", "the server does not support the request; check the endpoint"],
	502: ["unreachable", "the server behind it does not answer; try again later"],
	503: ["unreachable", "the server is overloaded; try again later, or lower requests per second"],
	504: ["timeout", "the server behind it does not answer in time; try again later"],
};

/**
 * What a refusal means, by the code it has or else by its status. NoSuchKey and NoSuchVersion say that an object is not there;
 * so does 404 of a request without an answer's body (HEAD), as long as the bucket is there.
 */
export function s3Meaning(code: string, status: number | undefined): Explanation | undefined {
	const byClass: Explanation | undefined =
		status === undefined ? undefined : status >= 500 ? ["unreachable", later] : ["io", `the server answered ${status}`];
	return byCode[code] ?? byStatus[status ?? 0] ?? byClass;
}

/**
 * What the SDK threw, as an error that says what to do. Nothing of the original goes along but its code and status: it
 * holds headers, signatures and keys.
 */
export function s3Error(error: unknown, path: string, { bucket, region, endpoint }: S3Config): StorageError {
	if (error instanceof StorageError)
		return error.path === path
			? error
			: new StorageError(error.code, path, error.message, { retryable: error.retryable });
	const { name, status, bucketRegion, xml } = traitsOf(error);
	const at = `s3://${bucket}${path === "" ? "" : `/${path}`}${endpoint === undefined ? "" : ` at ${new URL(endpoint).host}`}`;
	const cause = new Error(`${name}${status === undefined ? "" : ` (${status})`}`);
	if (xml)
		return new StorageError(
			"io",
			path,
			`The answer of ${at} is damaged or cut off; nothing of it is used. Run again.`,
			{
				cause,
				retryable: true,
			},
		);
	const wrongRegion = bucketRegion !== undefined && bucketRegion !== region && status !== 404;
	const found = wrongRegion && (status ?? 0) < 500 ? byCode.PermanentRedirect : s3Meaning(name, status);
	if (found === undefined && status === undefined) return networkError(unwrapped(error), path, at);
	const [code, advice] = found ?? ["io", `the server answered ${status}`];
	const where =
		advice !== elsewhere ? "" : bucketRegion === undefined ? "; set the right one" : `: set ${bucketRegion}`;
	return new StorageError(code, path, `Cannot read ${at}: ${advice}${where}.`, { cause });
}

export function archivedError(path: string, address: string): StorageError {
	return new StorageError("archived", path, `${address} is archived; restore it, or exclude it from the source.`);
}

interface Traits {
	/** `NoSuchBucket` and the like; what a server says is cut to letters. */
	readonly name: string;
	readonly status: number | undefined;
	readonly bucketRegion: string | undefined;
	/** The answer could not be parsed. */
	readonly xml: boolean;
}

function traitsOf(error: unknown): Traits {
	const { name, message, $metadata, $response, Region } = error as {
		readonly name?: unknown;
		readonly message?: unknown;
		readonly $metadata?: { readonly httpStatusCode?: number };
		readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
		readonly Region?: unknown;
	};
	const status = $metadata?.httpStatusCode ?? $response?.statusCode;
	const named = $response?.headers?.["x-amz-bucket-region"] ?? Region;
	return {
		name: String(name ?? "Error")
			.replace(/[^A-Za-z0-9]/g, "")
			.slice(0, 60),
		status,
		bucketRegion: typeof named === "string" ? named.replace(/[^a-z0-9-]/g, "").slice(0, 40) || undefined : undefined,
		xml: (status ?? 0) < 300 && /xml|deserializ|pars|tag/i.test(String(message)) && !hasCode(error),
	};
}

function hasCode(error: unknown): boolean {
	return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** Several addresses were tried: the first of the errors. */
function unwrapped(error: unknown): unknown {
	return error instanceof AggregateError ? error.errors[0] : error;
}
