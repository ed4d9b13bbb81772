import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StorageErrorCode } from "#lib/errors.ts";
import { ftpMeaning } from "#lib/storage/ftp/errors.ts";
import { httpMeaning } from "#lib/storage/http/errors.ts";
import { errorOfRefusal, refusalOf } from "#lib/storage/rasdaman/errors.ts";
import { s3Meaning } from "#lib/storage/s3/errors.ts";
import { isMissing, sftpMeaning } from "#lib/storage/sftp/errors.ts";

/**
 * Every status of every protocol, and what it means: `not-found` alone may ever lead to a removal, so it stands only where the
 * protocol says that something is not there.
 */

type Table = Readonly<Record<string, readonly (number | string)[]>>;

/** By meaning, those that are not `io`. */
function tableOf<Status extends number | string>(
	statuses: readonly Status[],
	meaningOf: (status: Status) => StorageErrorCode | "unclear" | "unsupported",
): Table {
	const grouped = Map.groupBy(statuses, meaningOf);
	return Object.fromEntries([...grouped].filter(([meaning]) => meaning !== "io").sort());
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

test("HTTP and WebDAV: from 300 to 599", () => {
	expect(tableOf(range(300, 499), (status) => httpMeaning(status)[0])).toEqual({
		"not-found": [404, 410],
		changed: [412, 416],
		forbidden: [401, 402, 403, 407, 451],
		timeout: [408],
		unreachable: [409, 421, 423, 424, 425, 429],
	});
	const failures = tableOf(range(500, 599), (status) => httpMeaning(status)[0]);
	expect(Object.keys(failures)).toEqual(["forbidden", "timeout", "unreachable"]);
	expect(failures).toMatchObject({ forbidden: [511], timeout: [504] });
	for (const status of Object.keys(STATUS_CODES)
		.map(Number)
		.filter((code) => code >= 400))
		expect(httpMeaning(status)[1], String(status)).not.toBe("");
});

/** docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, those that reading can meet. */
const s3Codes =
	`AccessDenied AccountProblem AllAccessDisabled AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest
	BucketAlreadyExists BucketNotEmpty CredentialsNotSupported EntityTooLarge EntityTooSmall ExpiredToken
	IllegalLocationConstraintException IllegalVersioningConfigurationException IncompleteBody InlineDataTooLarge InternalError
	InvalidAccessKeyId InvalidArgument InvalidBucketName InvalidBucketState InvalidDigest InvalidObjectState InvalidPayer InvalidRange
	InvalidRequest InvalidSecurity InvalidStorageClass InvalidToken InvalidURI KeyTooLongError MalformedXML MaxMessageLengthExceeded
	MetadataTooLarge MethodNotAllowed MissingAttachment MissingContentLength MissingSecurityHeader NoSuchBucket NoSuchBucketPolicy
	NoSuchKey NoSuchLifecycleConfiguration NoSuchUpload NoSuchVersion NotImplemented NotSignedUp OperationAborted PermanentRedirect
	PreconditionFailed Redirect RequestExpired RequestHeaderSectionTooLarge RequestTimeout RequestTimeTooSkewed RestoreAlreadyInProgress
	ServiceUnavailable SignatureDoesNotMatch SlowDown TemporaryRedirect TokenRefreshRequired TooManyBuckets TooManyRequests
	UnexpectedContent UnresolvableGrantByEmailAddress UserKeyMustBeSpecified`.split(/\s+/);

test("S3: by code, and by status where there is none", () => {
	const byCode = tableOf(s3Codes, (code) => s3Meaning(code, undefined)?.[0] ?? "io");
	expect(byCode).toEqual({
		"invalid-path": ["InvalidURI", "KeyTooLongError"],
		"not-found": ["InvalidBucketName", "NoSuchBucket", "NoSuchKey", "NoSuchVersion"],
		archived: ["InvalidObjectState"],
		changed: ["InvalidRange", "PreconditionFailed"],
		forbidden: [
			...["AccessDenied", "AccountProblem", "AllAccessDisabled", "ExpiredToken", "InvalidAccessKeyId", "InvalidPayer"],
			...["InvalidSecurity", "InvalidToken", "NotSignedUp", "SignatureDoesNotMatch", "TokenRefreshRequired"],
		],
		timeout: ["RequestTimeout"],
		unreachable: ["InternalError", "OperationAborted", "ServiceUnavailable", "SlowDown", "TooManyRequests"],
	});
	expect(tableOf(range(300, 499), (status) => s3Meaning("Unknown", status)?.[0] ?? "io")).toEqual({
		"not-found": [404],
		changed: [412, 416],
		forbidden: [401, 403],
		timeout: [408],
		unreachable: [409, 425, 429],
	});
	expect(range(500, 599).filter((status) => s3Meaning("Unknown", status)?.[0] === "not-found")).toEqual([]);
	// The code counts, whatever status comes with it: 404 of a request that names the bucket wrongly is no missing key.
	expect(s3Meaning("SlowDown", 404)?.[0]).toBe("unreachable");
	expect(s3Meaning("InvalidObjectState", 403)?.[0]).toBe("archived");
});

describe("SFTP", () => {
	test("from 0 to 31, and beyond", () => {
		expect(tableOf(range(0, 255), sftpMeaning)).toEqual({
			"invalid-path": [5, 20],
			"not-found": [2, 10],
			forbidden: [3, 12, 16],
			unreachable: [6, 7, 13, 17, 25, 26, 27],
		});
	});

	test("a name that is no name is missing only where it cannot be one", () => {
		const status = (code: number) => Object.assign(new Error("no"), { code });
		const missing = (path: string) => range(0, 31).filter((code) => isMissing(status(code), path));
		expect(missing("a/b.tif")).toEqual([2, 10]);
		expect(missing(`a/${"ü".repeat(128)}.tif`)).toEqual([2, 5, 10, 20]);
	});
});

describe("FTP", () => {
	const replies = range(300, 559);

	test("without words nothing is gone: 550 is all there is for two things", () => {
		expect(tableOf(replies, (code) => ftpMeaning(code, ""))).toEqual({
			"invalid-path": [553],
			forbidden: [331, 332, 430, 530, 532, 533, 534, 535, 536, 537],
			unclear: [550],
			unreachable: [421, 425, 426, 434],
			unsupported: [500, 501, 502, 504],
		});
	});

	test("words count for 550 and 450 alone", () => {
		for (const words of ["No such file or directory", "Login not found", "socket: not a directory"])
			expect(replies.filter((code) => ftpMeaning(code, words) === "not-found")).toEqual([450, 550]);
		expect(ftpMeaning(550, "Permission denied: no such luck")).toBe("forbidden");
		expect(ftpMeaning(450, "File busy")).toBe("io");
	});
});

test("rasdaman: by the words of its exception reports, never by a status", () => {
	const report = (text: string) =>
		Buffer.from(
			`<ExceptionReport><Exception exceptionCode="x"><ExceptionText>${text}</ExceptionText></Exception></ExceptionReport>`,
		);
	const meaning = (status: number, body: Uint8Array) =>
		errorOfRefusal(refusalOf(status, body), "", "https://host").code;
	for (const body of [Buffer.from(""), Buffer.from("<html>collection not found</html>")])
		expect(range(300, 599).filter((status) => meaning(status, body) === "not-found")).toEqual([]);
	expect(meaning(500, report("Collection is unknown"))).toBe("not-found");
	expect(
		meaning(404, Buffer.from(`<ExceptionReport><Exception exceptionCode="NoSuchCoverage"/></ExceptionReport>`)),
	).toBe("not-found");
	expect(meaning(503, report("busy"))).toBe("unreachable");
});

test("docs/storages.md says which statuses mean that something is gone", () => {
	const text = readFileSync(join(import.meta.dirname, "../../docs/storages.md"), "utf8");
	const row = (name: string) => new RegExp(`^\\| ${name} .*$`, "m").exec(text)?.[0].split("|")[2]?.trim();
	expect(row("HTTP, WebDAV")).toMatch(/^404, 410/);
	expect(row("S3, by code")).toMatch(/^NoSuchKey, NoSuchVersion/);
	expect(row("SFTP")).toMatch(/^2, 10/);
	expect(row("FTP")).toMatch(/^550 or 450 whose words say so/);
	expect(row("rasdaman")).toMatch(/NoSuchCoverage/);
});
