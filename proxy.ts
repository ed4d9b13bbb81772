import { type NextRequest, NextResponse } from "next/server";
import { isMisdirected } from "#lib/access/request/host-check.ts";
import { isForeign } from "#lib/access/request/same-origin.ts";
import { securityHeaders } from "#lib/access/request/security-headers.ts";
import { isDecodable, urlProblem } from "#lib/access/request/url-problem.ts";
import { ApiProblem, problemResponse } from "#lib/api/problems.ts";
import { readEnv } from "#lib/env.ts";

/** Scripts of other pages may read what the STAC API answers. */
const anySite = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };

/** Stands before every page, action and route: refuses what other sites ask for, and tells the browser what it may do. */
export function proxy(request: NextRequest): NextResponse {
	const { url, host: listen } = readEnv();
	const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
	const told = securityHeaders({ nonce, https: url?.startsWith("https:") ?? false });
	const { pathname, search } = request.nextUrl;
	const { headers } = request;
	const isStac = pathname === "/stac" || pathname.startsWith("/stac/");
	const isRestApi = pathname.startsWith("/api/v1/");
	/** In the form in which the STAC API refuses, or that of the dashboard's own routes. */
	const refuse = (status: number, code: string, error: string) =>
		isStac
			? NextResponse.json({ code, description: error }, { status, headers: { ...told, ...anySite } })
			: NextResponse.json({ error }, { status, headers: told });
	const addressed = { host: headers.get("host"), pathname, authorization: headers.get("authorization") };
	if (isMisdirected(addressed, { url, listen })) {
		const where = url === null ? "reached by this machine's own name, localhost" : `at ${url}`;
		return refuse(421, "Misdirected", `The dashboard is ${where}.`);
	}
	const foreign = isForeign(
		{
			method: request.method,
			origin: headers.get("origin"),
			fetchSite: headers.get("sec-fetch-site"),
			host: headers.get("host"),
			// The issuer of a sign-in leads back there.
			isRoute: pathname.startsWith("/api/") && !pathname.startsWith("/api/auth/callback/"),
			hasToken: headers.get("authorization") !== null && headers.get("cookie") === null,
		},
		url,
	);
	// The REST API takes tokens only, which no browser adds by itself, and refuses requests without one.
	// The STAC API knows no sessions: any site may ask.
	const answersItself = isRestApi || isStac;
	if (foreign && !answersItself)
		return refuse(
			403,
			"Forbidden",
			`This request comes from another site${url === null ? "" : `; the dashboard is at ${url}`}.`,
		);
	const fault = urlProblem({ pathname, searchParams: request.nextUrl.searchParams });
	if (fault !== null && (!answersItself || !isDecodable(pathname))) {
		const error = `This address cannot be looked up: ${fault}.`;
		if (!isRestApi) return refuse(400, "BadRequest", error);
		const problem = problemResponse(new ApiProblem("invalid-request", error));
		for (const [name, value] of Object.entries(told)) problem.headers.set(name, value);
		return new NextResponse(problem.body, problem);
	}
	const inside = new Headers(headers);
	// Next gives the policy's nonce to its own scripts; pages read the other two.
	inside.set("content-security-policy", told["content-security-policy"]);
	inside.set("x-eosync-nonce", nonce);
	inside.set("x-eosync-path", `${pathname}${search}`);
	const response = NextResponse.next({ request: { headers: inside } });
	for (const [name, value] of Object.entries(told)) response.headers.set(name, value);
	if (isStac) {
		response.headers.set("cross-origin-resource-policy", "cross-origin");
		response.headers.set("content-security-policy", "default-src 'none'; sandbox");
	}
	return response;
}

// Below a path the second one leaves out the first page.
export const config = { matcher: ["/", "/((?!_next/static/).*)"] };
