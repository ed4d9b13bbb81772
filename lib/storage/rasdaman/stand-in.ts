import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { capabilitiesXml, type StandInCoverage } from "./stand-in-xml.ts";

/**
 * A server for tests that speaks the wire format of rasdaman's rasql servlet and of petascope's WCS 2.1.0, with their
 * errors. What it holds is changed by changing `collections` and `coverages`.
 */

interface StandInArray {
	domain: string;
	baseType: string;
	tileNo: number;
	totalSize: number;
}

interface Answer {
	status: number;
	type: string;
	body: Buffer;
	/** The connection is closed after so many bytes of the body. */
	cutAfter?: number;
	/** Without length or chunks: the end of the connection ends it. */
	untilClose?: boolean;
	headers?: Record<string, string>;
}

/** What a test makes of an answer; null: none ever comes. */
type Tamper = (answer: Answer, request: string) => Answer | null | Promise<Answer | null>;

export class RasdamanStandIn implements AsyncDisposable {
	readonly collections = new Map<string, Map<number, StandInArray>>();
	readonly coverages = new Map<string, StandInCoverage>();
	readonly passwordsByUser = new Map([["rasguest", "rasguest"]]);
	/** One line per request: a query, `GetCapabilities`, `DescribeCoverage a,b`. */
	readonly requests: string[] = [];
	tamper: Tamper = (answer) => answer;
	/** Requests that were under way at once, at most. */
	mostAtOnce = 0;
	#atOnce = 0;
	readonly #server = createServer((request, response) => void this.#serve(request, response));

	/** On a free port of this machine. */
	static async start(): Promise<RasdamanStandIn> {
		const standIn = new RasdamanStandIn();
		await new Promise<void>((resolve) => standIn.#server.listen(0, "127.0.0.1", resolve));
		return standIn;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
		response.on("close", () => this.#atOnce--);
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const url = new URL(request.url ?? "", this.url);
		const answered =
			url.pathname === "/rasdaman/rasql"
				? this.#rasql(request, Buffer.concat(parts).toString("latin1"))
				: url.pathname === "/rasdaman/ows"
					? this.#ows(url.searchParams)
					: { status: 404, type: "text/html", body: Buffer.from("<html><h1>Not Found</h1></html>") };
		send(response, await this.tamper(answered, this.requests.at(-1) ?? ""));
	}

	#rasql({ method, headers }: IncomingMessage, body: string): Answer {
		// Spring takes any other type for a form with files, and then finds no parameters.
		const isForm = method === "POST" && headers["content-type"] === "application/x-www-form-urlencoded";
		const encoded = isForm ? /^query=([^&+ ]*)$/.exec(body)?.[1] : undefined;
		if (encoded === undefined)
			return report(400, "MissingParameterValue", "Parameter 'query' is missing from the request.");
		const query = decodeURIComponent(encoded);
		this.requests.push(query);
		const [user = "", password] = Buffer.from(headers.authorization?.slice("Basic ".length) ?? "", "base64")
			.toString()
			.split(":");
		if (!this.passwordsByUser.has(user))
			return report(500, "InvalidRequest", `RasManager Error: the user ${user} is unknown.`);
		if (this.passwordsByUser.get(user) !== password)
			return report(500, "InvalidRequest", `RasManager Error: Access denied, wrong password ${password}.`);
		return this.#select(query);
	}

	#select(query: string): Answer {
		if (query === "select version()") return result(["rasdaman 10.3.0 on x86_64-linux-gnu, compiled by g++ 12.2.0"]);
		if (query === "select c from RAS_COLLECTIONNAMES as c")
			return result([...this.collections.keys()].map((name) => `${name}\0`));
		const [, what, name = "", where] =
			/^select (oid|sdom|dbinfo)\(c\) from (\w+) as c(?: where (.*))?$/.exec(query) ?? [];
		if (what === undefined)
			return report(500, "InternalComponentError", "Failed reading response from the server: parsing error.");
		const arrays = this.collections.get(name);
		if (arrays === undefined)
			return report(400, "NoApplicableCode", `Execution error 355 in line 1: Collection name is unknown: ${name}.`);
		const wanted = where?.split(" or ").map((term) => Number(/^oid\(c\) = (\d+)$/.exec(term)?.[1]));
		const chosen = [...arrays].filter(([oid]) => wanted === undefined || wanted.includes(oid));
		return result(
			chosen.map(([oid, { domain, baseType, tileNo, totalSize }]) => {
				if (what === "oid") return javaDouble(oid);
				if (what === "sdom") return domain;
				const info = { oid: String(oid), baseType, mddTypeName: "GreyImage", tileNo: String(tileNo) };
				return `${JSON.stringify({ ...info, totalSize: `${totalSize}B`, tiling: { tilingScheme: "aligned" } }, null, 1)}\0`;
			}),
		);
	}

	#ows(fields: URLSearchParams): Answer {
		const [request, ids] = [fields.get("request"), fields.get("coverageId")];
		this.requests.push([request, ids].filter((part) => part !== null).join(" "));
		if (fields.get("service") !== "WCS" || fields.get("version") !== "2.1.0")
			return report(400, "InvalidParameterValue", "Service or version is not supported.");
		if (request === "GetCapabilities") return xml(200, capabilitiesXml(this.coverages));
		if (request !== "DescribeCoverage")
			return report(501, "OperationNotSupported", `Operation '${request}' is unknown.`);
		if (!ids) return report(400, "EmptyCoverageIdList", "At least one coverage ID must be specified.");
		const described: string[] = [];
		for (const id of ids.split(",")) {
			const coverage = this.coverages.get(id);
			if (coverage === undefined)
				return report(404, "NoSuchCoverage", `Coverage '${id}' does not exist in the database.`);
			if (coverage.broken)
				return report(500, "InternalComponentError", `Cannot read the metadata of coverage '${id}'.`);
			described.push(coverage.description);
		}
		return xml(
			200,
			`<wcs:CoverageDescriptions xmlns:wcs="http://www.opengis.net/wcs/2.0">${described.join("")}</wcs:CoverageDescriptions>`,
		);
	}
}

/** None: an empty body; one: the value; more: a part each. */
function result(values: readonly string[]): Answer {
	const [first = ""] = values;
	if (values.length <= 1) return { status: 200, type: "application/octet-stream", body: Buffer.from(first) };
	const parts = values.map((value) => `--End\r\nContent-type: application/octet-stream\r\n\r\n${value}\r\n`);
	return { status: 200, type: "multipart/x-mixed-replace;boundary=End", body: Buffer.from(`${parts.join("")}--End--`) };
}

function xml(status: number, text: string): Answer {
	return { status, type: "text/xml", body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`) };
}

function report(status: number, code: string, text: string): Answer {
	return xml(
		status,
		`<ows:ExceptionReport version="2.1.0" xsi:schemaLocation="http://www.opengis.net/ows/2.0 http://schemas.opengis.net/ows/2.0/owsExceptionReport.xsd"
			xmlns:ows="http://www.opengis.net/ows/2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
			<ows:Exception exceptionCode="${code}"><ows:ExceptionText>${text}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`,
	);
}

/** `48641.0`, and from 10⁷ on `1.0E7`, as Java's Double.toString. */
function javaDouble(value: number): string {
	if (value < 1e7) return `${value}.0`;
	const [digits = "", exponent] = value.toExponential().split("e+");
	return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent}`;
}

function send(response: ServerResponse, answer: Answer | null): void {
	if (answer === null) return;
	const { status, type, body, cutAfter, untilClose, headers = {} } = answer;
	const whole = cutAfter === undefined;
	if (untilClose) {
		response.socket?.end(
			`HTTP/1.1 ${status} OK\r\nContent-Type: ${type}\r\nConnection: close\r\n\r\n${body.toString("latin1")}`,
		);
		return;
	}
	response.writeHead(status, { "Content-Type": type, "Content-Length": body.length, ...headers });
	if (whole) response.end(body);
	else response.write(body.subarray(0, cutAfter), () => response.destroy());
}
