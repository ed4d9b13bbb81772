import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "./errors.ts";

const secret = z.string().trim().min(16, "must have at least 16 characters");
const list = z.string().transform((text) =>
	text
		.split(",")
		.map((item) => item.trim())
		.filter((item) => item !== ""),
);

/** It is written into scripts as it is, and the first parts that are left out are those of eosync's own addresses. */
const ownPath = /^(?!\/(api|stac|_next)(\/|$))(\/[\w.-]{1,100}){0,5}\/?$/;

/** Whether it is an address whose user and password can be decoded: in them `%` itself is written `%25`. */
export function isAddress(url: string): boolean {
	if (!URL.canParse(url)) return false;
	const { username, password } = new URL(url);
	try {
		return decodeURIComponent(`${username}${password}`).isWellFormed();
	} catch (error) {
		if (error instanceof URIError) return false;
		throw error;
	}
}

const schema = z.object({
	DATABASE_URL: z
		.string()
		.regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://")
		.refine(isAddress, "is not a valid URL (write special characters of the password as %xx, % itself as %25)")
		.optional(),
	EOSYNC_HOME: z.string().default(".eosync"),
	HOST: z.string().default("127.0.0.1"),
	PORT: z
		.string()
		.regex(/^\d{1,5}$/, "must be a port number")
		.transform(Number)
		.refine((port) => port <= 65_535, "must be at most 65535")
		.default(3000),
	EOSYNC_SECRET: secret.optional(),
	EOSYNC_OLD_SECRET: secret.optional(),
	EOSYNC_NEW_SECRET: secret.optional(),
	EOSYNC_ALLOWED_HOSTS: list.optional(),
	EOSYNC_ALLOWED_ROOTS: list
		.refine((roots) => roots.every((root) => isAbsolute(root)), "must hold absolute paths, separated by commas")
		.optional(),
	EOSYNC_URL: z
		.string()
		.refine((url) => /^https?:\/\//.test(url) && URL.canParse(url), "must be a URL such as https://eosync.example.org")
		.transform((url) => new URL(url))
		.refine(
			({ pathname, search, hash }) => ownPath.test(pathname) && search === "" && hash === "",
			"may end with a path of letters, digits, -, . and _, such as https://example.org/eosync, that does not begin with /api, /stac or /_next",
		)
		.transform(({ origin, pathname }) => `${origin}${pathname.replace(/\/$/, "")}`)
		.optional(),
	EOSYNC_PROXIES: z
		.string()
		.regex(/^\d$/, "must be the number of reverse proxies in front of the dashboard, 0 to 9")
		.transform(Number)
		.default(0),
	EOSYNC_OIDC_ISSUER: z
		.string()
		.refine((url) => /^https?:\/\//.test(url) && URL.canParse(url), "must be the issuer's URL")
		.optional(),
	EOSYNC_OIDC_CLIENT_ID: z.string().optional(),
	EOSYNC_OIDC_CLIENT_SECRET: z.string().optional(),
	EOSYNC_OIDC_NAME: z.string().max(60).default("OpenID Connect"),
	EOSYNC_OIDC_ROLE_CLAIM: z.string().default("groups"),
	EOSYNC_OIDC_ROLES: z.string().default(""),
	EOSYNC_METRICS_TOKEN: secret.optional(),
	EOSYNC_QUICKLOOKS_MB: z
		.string()
		.regex(/^\d{1,7}$/, "must be a number of megabytes, 0 for no quick-looks")
		.transform(Number)
		.default(500),
	EOSYNC_TAR_GZ_MB: z
		.string()
		.regex(/^\d{1,5}$/, "must be a number of megabytes")
		.transform(Number)
		.default(64),
	EOSYNC_METRICS_PORT: z
		.string()
		.regex(/^\d{1,5}$/, "must be a port number")
		.transform(Number)
		.refine((port) => port <= 65_535, "must be at most 65535")
		.optional(),
	EOSYNC_AUDIT_DAYS: z
		.string()
		.regex(/^\d{1,5}$/, "must be a number of days")
		.transform(Number)
		.refine((days) => days >= 30 && days <= 36_500, "must be 30 to 36500")
		.default(1095),
	OTEL_EXPORTER_OTLP_ENDPOINT: z
		.url({ protocol: /^https?$/, error: "must be a URL such as http://127.0.0.1:4318" })
		.optional(),
	LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** Another server that knows who people are, OpenID Connect. */
export interface OidcEnv {
	readonly issuer: string;
	readonly clientId: string;
	readonly clientSecret: string;
	/** What the button says: Sign in with NAME. */
	readonly name: string;
	/** Which claim holds a user's groups; dots lead into objects: `realm_access.roles`. */
	readonly roleClaim: string;
	/** `eo-admins=administrator, eo-ops=operator, *=viewer` */
	readonly roles: string;
}

/** What the environment says; documented in docs/configuration.md. */
export interface Env {
	/** null: the embedded PostgreSQL. */
	readonly databaseUrl: string | null;
	/** Absolute path: embedded database, secrets, logs. */
	readonly home: string;
	readonly host: string;
	/** 0: any free port. */
	readonly port: number;
	/** Encrypts stored credentials; null: generated in `home`. */
	readonly secret: string | null;
	/** What they may still be encrypted with. */
	readonly oldSecret: string | null;
	/** What `rotate-secret` is to encrypt them with; null: it makes one. */
	readonly newSecret: string | null;
	/** Remote storages that may be at this machine's own addresses; null: nothing was said. */
	readonly allowedHosts: readonly string[] | null;
	/** Absolute folders that local storages must lie in; null: nothing was said. */
	readonly allowedRoots: readonly string[] | null;
	/** Where users reach the dashboard, an origin, with a path where a proxy has it below one; null: at `host` and `port`. */
	readonly url: string | null;
	/** So many reverse proxies stand in front of the dashboard, each of which tells the address it serves. */
	readonly proxies: number;
	/** null: name and password only. */
	readonly oidc: OidcEnv | null;
	/** A program that shows it may read `/api/metrics`; null: only this machine may. */
	readonly metricsToken: string | null;
	/** Where a worker serves the metrics of its own process; null: nowhere. 0: any free port. */
	readonly metricsPort: number | null;
	/** So much disk may quick-looks take, megabytes; 0: none are made. */
	readonly quicklookMegabytes: number;
	/** So large may a gzipped archive be, which can only be read as a whole, megabytes. */
	readonly tarGzMegabytes: number;
	/** So long is the audit log kept. */
	readonly auditDays: number;
	/** Where traces go, OTLP over HTTP; null: there are none. */
	readonly tracesTo: string | null;
	readonly logLevel: z.infer<typeof schema>["LOG_LEVEL"];
}

/**
 * The environment, parsed; an empty variable counts as unset. The only place that reads `process.env`.
 * @throws UsageError that names every variable that is wrong.
 */
export function readEnv(variables: Readonly<Record<string, string | undefined>> = process.env): Env {
	const set = Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== "");
	const result = schema.safeParse(Object.fromEntries(set));
	if (!result.success) {
		const problems = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
		throw new UsageError(`The environment is not valid: ${problems.join("; ")}.`);
	}
	const env = result.data;
	return {
		databaseUrl: env.DATABASE_URL ?? null,
		home: resolve(env.EOSYNC_HOME),
		host: env.HOST,
		port: env.PORT,
		secret: env.EOSYNC_SECRET ?? null,
		oldSecret: env.EOSYNC_OLD_SECRET ?? null,
		newSecret: env.EOSYNC_NEW_SECRET ?? null,
		allowedHosts: env.EOSYNC_ALLOWED_HOSTS ?? null,
		allowedRoots: env.EOSYNC_ALLOWED_ROOTS ?? null,
		url: env.EOSYNC_URL ?? null,
		proxies: env.EOSYNC_PROXIES,
		oidc: oidcOf(env),
		metricsToken: env.EOSYNC_METRICS_TOKEN ?? null,
		metricsPort: env.EOSYNC_METRICS_PORT ?? null,
		quicklookMegabytes: env.EOSYNC_QUICKLOOKS_MB,
		tarGzMegabytes: env.EOSYNC_TAR_GZ_MB,
		auditDays: env.EOSYNC_AUDIT_DAYS,
		tracesTo: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
		logLevel: env.LOG_LEVEL,
	};
}

function oidcOf(env: z.infer<typeof schema>): OidcEnv | null {
	const issuer = env.EOSYNC_OIDC_ISSUER;
	if (issuer === undefined) return null;
	const { EOSYNC_OIDC_CLIENT_ID: clientId, EOSYNC_OIDC_CLIENT_SECRET: clientSecret } = env;
	if (clientId === undefined || clientSecret === undefined || env.EOSYNC_OIDC_ROLES === "") {
		throw new UsageError(
			"The environment is not valid: EOSYNC_OIDC_ISSUER also needs EOSYNC_OIDC_CLIENT_ID, EOSYNC_OIDC_CLIENT_SECRET and EOSYNC_OIDC_ROLES (such as eo-admins=administrator,*=viewer).",
		);
	}
	const { EOSYNC_OIDC_NAME: name, EOSYNC_OIDC_ROLE_CLAIM: roleClaim, EOSYNC_OIDC_ROLES: roles } = env;
	return { issuer, clientId, clientSecret, name, roleClaim, roles };
}

/** Where users reach the dashboard; without a slash at its end. */
export function dashboardUrl({ url, host, port }: Pick<Env, "url" | "host" | "port">): string {
	const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
	return url ?? `http://${name}:${port}`;
}

/** The path of the public address, below which all pages and APIs are: `/eosync`, or nothing. */
export function basePathOf(url: string | null): string {
	return url === null ? "" : new URL(url).pathname.replace(/\/$/, "");
}

/** Whether an address leads to this machine only, so that others cannot follow a link to it. */
export function isOwnMachine(url: string): boolean {
	const { hostname } = new URL(url);
	return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** One variable that is named elsewhere, as a configuration file's `${NAME}`. */
export function readVariable(name: string): string | undefined {
	// An environment inherits what objects do.
	return Object.hasOwn(process.env, name) ? process.env[name] : undefined;
}

/** The environment of a child process: this one's, with some variables of its own. */
export function childEnvironment(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	return { ...process.env, ...own };
}
