import { StorageError, type StorageErrorCode } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { errnoOf } from "#lib/storage/local/errors.ts";
import { XmlStream } from "./xml.ts";

/** An answer that is no result: its status, and what its `ows:ExceptionReport` says, if it is one. */
interface Refusal {
	readonly status: number;
	/** `exceptionCode`; null when the body is no exception report. */
	readonly code: string | null;
	readonly text: string;
}

/** Texts of rasdaman's errors: it has no status of its own for a user it does not know. */
const deniedTexts =
	/access[ _]denied|not authori[sz]ed|authenticat|credentials|(unknown|inexistent|invalid|wrong|incorrect)[ a-z]*(user|password|login)|(user|password|login)[^.]{0,80}(unknown|inexistent|not exist|not found|invalid|incorrect|wrong|missing)/i;
/** Error 355 of rasdaman, and petascope's own words for it. */
const noCollectionTexts = /collection[^.]{0,300}(unknown|not exist|not found)|unknown collection|error 355/i;
const maxTextLength = 300;

/** Reads an exception report from the body of an answer that is no result. */
export function refusalOf(status: number, body: Uint8Array): Refusal {
	let code: string | null = null;
	let text = "";
	const stream = new XmlStream({
		collect: "Exception",
		onElement: ({ attributes, children }) => {
			code ??= attributes.exceptionCode ?? "";
			text ||= children.map((child) => child.text).join(" ");
		},
	});
	try {
		stream.write(body);
		if (stream.close().root !== "ExceptionReport") return { status, code: null, text: "" };
	} catch {
		// A proxy's page, or a report that is cut off: the status says enough.
		return { status, code: null, text: "" };
	}
	return {
		status,
		code: code ?? "",
		text: text
			.replace(/[\p{Cc}\s]+/gu, " ")
			.trim()
			.slice(0, maxTextLength),
	};
}

/** Whether the answer says that the requested object does not exist; no other answer means that. */
function saysMissing({ status, code, text }: Refusal): boolean {
	if (code === null) return false;
	return code === "NoSuchCoverage" || (status >= 400 && noCollectionTexts.test(text) && !deniedTexts.test(text));
}

/** @param what was asked, for people: `https://host/rasdaman/rasql` */
export function errorOfRefusal(refusal: Refusal, path: string, what: string): StorageError {
	const { status, code, text } = refusal;
	const said = text === "" ? "" : `: “${text}”`;
	if (status >= 300 && status < 400)
		return new StorageError(
			"io",
			path,
			`${what} redirects to another address (${status})${said}; enter that address in the storage's settings.`,
		);
	if (status === 401 || status === 403 || (code !== null && deniedTexts.test(text)))
		return new StorageError("forbidden", path, `${what} refused the user (${status})${said}; check user and password.`);
	if (saysMissing(refusal))
		return new StorageError(
			"not-found",
			path,
			`${what} has no such collection or coverage, or it was removed (${status})${said}; run again.`,
		);
	if (status === 404 && code === null)
		return new StorageError(
			"io",
			path,
			`There is no petascope at ${what} (404); enter its address without /rasdaman and what follows.`,
		);
	if (status === 503 || status === 429)
		return new StorageError("unreachable", path, `${what} is not available now (${status})${said}; try again later.`);
	return new StorageError("io", path, `${what} refuses the request (${status})${said}; look into the server's log.`);
}

const codes = lookupTable<StorageErrorCode>({ ETIMEDOUT: "timeout" });

/** The error of a failed connection. */
export function errorOfConnection(error: unknown, path: string, what: string): StorageError {
	if (error instanceof StorageError) return withPath(error, path);
	const errno = errnoOf(error);
	const code = codes[errno] ?? "unreachable";
	const advice = /CERT|TLS|SSL|SIGNED|SIGNATURE/.test(errno)
		? "check its certificate"
		: "check the address and that the server is up";
	return new StorageError(code, path, `${what} cannot be reached (${errno.slice(0, 100)}); ${advice}.`, {
		cause: error,
	});
}

/** The same, about the path that was asked for. */
export function withPath(error: StorageError, path: string): StorageError {
	if (error.path === path) return error;
	return new StorageError(error.code, path, error.message, { cause: error, retryable: error.retryable });
}
