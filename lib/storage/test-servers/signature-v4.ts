import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Keys by access key. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * Checks the signature of a request as Amazon documents it (“Signature Version 4 for API requests”, header form, one
 * chunk). Returns the code of the error a server answers with; null when all is in order.
 */
export function signatureError(request: IncomingMessage, secrets: Secrets, region: string): string | null {
	const { headers, method = "", url = "" } = request;
	const match =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
			headers.authorization ?? "",
		);
	if (!match) return "AccessDenied";
	const [, accessKey = "", day = "", signedRegion = "", signedHeaders = "", signature = ""] = match;
	const secret = secrets[accessKey];
	if (secret === undefined) return "InvalidAccessKeyId";
	if (signedRegion !== region) return "AuthorizationHeaderMalformed";
	const time = String(headers["x-amz-date"]);
	const sent = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
	if (!time.startsWith(day) || !(Math.abs(sent - Date.now()) < 15 * 60_000)) return "RequestTimeTooSkewed";
	const names = signedHeaders.split(";");
	if (
		!names.includes("host") ||
		Object.keys(headers).some((name) => name.startsWith("x-amz-") && !names.includes(name))
	)
		return "AccessDenied";
	const [path = "", query = ""] = url.split("?");
	const canonical = [
		method,
		path
			.split("/")
			.map((segment) => encode(decodeURIComponent(segment)))
			.join("/"),
		canonicalQuery(query),
		...names.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}`),
		"",
		signedHeaders,
		headers["x-amz-content-sha256"],
	].join("\n");
	const scope = `${day}/${region}/s3/aws4_request`;
	const toSign = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
	let key: Buffer = Buffer.from(`AWS4${secret}`);
	for (const part of [day, region, "s3", "aws4_request", toSign]) key = createHmac("sha256", key).update(part).digest();
	return timingSafeEqual(key, Buffer.from(signature, "hex")) ? null : "SignatureDoesNotMatch";
}

function canonicalQuery(query: string): string {
	const pairs =
		query === ""
			? []
			: query.split("&").map((pair) => pair.split("=", 2).map((part) => encode(decodeURIComponent(part))));
	return pairs
		.map(([name, value = ""]) => `${name}=${value}`)
		.sort()
		.join("&");
}

/** RFC 3986: everything but unreserved characters. */
function encode(text: string): string {
	return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
