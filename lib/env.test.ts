import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isOwnMachine, readEnv, readVariable } from "./env.ts";
import { UsageError } from "./errors.ts";

const oidc = {
	EOSYNC_OIDC_ISSUER: "https://id.example.org/realms/eo",
	EOSYNC_OIDC_CLIENT_ID: "eosync",
	EOSYNC_OIDC_CLIENT_SECRET: "s3cret",
	EOSYNC_OIDC_ROLES: "*=viewer",
};

describe("readEnv", () => {
	it("has a default for everything", () => {
		expect(readEnv({})).toEqual({
			databaseUrl: null,
			home: resolve(".eosync"),
			host: "127.0.0.1",
			port: 3000,
			secret: null,
			oldSecret: null,
			newSecret: null,
			allowedHosts: null,
			allowedRoots: null,
			url: null,
			proxies: 0,
			oidc: null,
			metricsToken: null,
			metricsPort: null,
			quicklookMegabytes: 500,
			tarGzMegabytes: 64,
			auditDays: 1095,
			tracesTo: null,
			logLevel: "info",
		});
	});

	it("takes an empty variable as unset", () => {
		expect(readEnv({ DATABASE_URL: "", PORT: " ", EOSYNC_HOME: "" })).toEqual(readEnv({}));
	});

	it.each([
		[{ PORT: "8080" }, { port: 8080 }],
		[{ PORT: "0" }, { port: 0 }],
		[{ EOSYNC_HOME: "/srv/eo sync" }, { home: "/srv/eo sync" }],
		[{ DATABASE_URL: "postgresql://eo:p%40ss@db/eosync" }, { databaseUrl: "postgresql://eo:p%40ss@db/eosync" }],
		[{ EOSYNC_SECRET: " with spaces around it\n" }, { secret: "with spaces around it" }],
		[{ EOSYNC_ALLOWED_HOSTS: "127.0.0.1, nas ," }, { allowedHosts: ["127.0.0.1", "nas"] }],
		[{ EOSYNC_ALLOWED_ROOTS: "/data, /srv/eo data" }, { allowedRoots: ["/data", "/srv/eo data"] }],
		[{ LOG_LEVEL: "debug" }, { logLevel: "debug" }],
		[{ EOSYNC_URL: "https://EO.example.org:443/" }, { url: "https://eo.example.org" }],
		[{ EOSYNC_URL: "https://EO.example.org:443/eo/sync/" }, { url: "https://eo.example.org/eo/sync" }],
		[{ EOSYNC_PROXIES: "1" }, { proxies: 1 }],
		[{ EOSYNC_QUICKLOOKS_MB: "0" }, { quicklookMegabytes: 0 }],
		[{ EOSYNC_TAR_GZ_MB: "500" }, { tarGzMegabytes: 500 }],
		[oidc, { oidc: { issuer: "https://id.example.org/realms/eo", clientId: "eosync", roleClaim: "groups" } }],
	])("reads %j", (variables, expected) => {
		expect(readEnv(variables)).toMatchObject(expected);
	});

	it.each([
		[{ PORT: "http" }, /PORT must be a port number/],
		[{ PORT: "65536" }, /PORT must be at most 65535/],
		[{ DATABASE_URL: "mysql://db/eosync" }, /DATABASE_URL must begin with postgres:/],
		[{ DATABASE_URL: "postgres://u:p/ss@h:port/db" }, /DATABASE_URL is not a valid URL/],
		[{ DATABASE_URL: "postgres://u:50%@h/db" }, /DATABASE_URL is not a valid URL .* % itself as %25/],
		[{ DATABASE_URL: "postgres://u:%ff@h/db" }, /DATABASE_URL is not a valid URL/],
		[{ EOSYNC_SECRET: "short" }, /EOSYNC_SECRET must have at least 16/],
		[{ EOSYNC_NEW_SECRET: "short" }, /EOSYNC_NEW_SECRET must have at least 16/],
		[{ EOSYNC_ALLOWED_ROOTS: "/data,archive" }, /EOSYNC_ALLOWED_ROOTS must hold absolute paths/],
		[{ LOG_LEVEL: "loud" }, /LOG_LEVEL/],
		[{ EOSYNC_URL: "eo.example.org" }, /EOSYNC_URL must be a URL/],
		[{ EOSYNC_URL: "https://example.org/eo%20sync" }, /EOSYNC_URL may end with a path of letters/],
		[{ EOSYNC_URL: 'https://example.org/"+alert(1)+"' }, /EOSYNC_URL may end with a path of letters/],
		[{ EOSYNC_URL: "https://example.org/eosync?a=1" }, /EOSYNC_URL may end with a path/],
		[{ EOSYNC_URL: "https://example.org/stac" }, /that does not begin with \/api, \/stac/],
		[{ EOSYNC_PROXIES: "all" }, /EOSYNC_PROXIES must be the number/],
		[{ ...oidc, EOSYNC_OIDC_CLIENT_SECRET: "" }, /EOSYNC_OIDC_ISSUER also needs/],
		[{ PORT: "x", LOG_LEVEL: "y" }, /PORT.*LOG_LEVEL/],
	])("refuses %j", (variables, message) => {
		expect(() => readEnv(variables)).toThrow(UsageError);
		expect(() => readEnv(variables)).toThrow(message);
	});
});

it.each([
	["http://127.0.0.1:3000", true],
	["http://localhost:3000", true],
	["http://[::1]:3000", true],
	["https://eosync.example.org", false],
	["http://10.0.0.7:3000", false],
	["http://localhost.example.org", false],
])("knows whether others can follow a link to %s", (url, own) => {
	expect(isOwnMachine(url)).toBe(own);
});

it("has no variables that are not set, whatever objects inherit", () => {
	for (const name of ["constructor", "toString", "__proto__"]) expect(readVariable(name)).toBeUndefined();
	expect(readVariable("PATH")).toBe(process.env.PATH);
});
