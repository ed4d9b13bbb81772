import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readEnv } from "./env.ts";
import { UsageError } from "./errors.ts";

describe("readEnv", () => {
	it("has a default for everything", () => {
		expect(readEnv({})).toEqual({
			databaseUrl: null,
			home: resolve(".eosync"),
			host: "127.0.0.1",
			port: 3000,
			secret: null,
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
		[{ LOG_LEVEL: "debug" }, { logLevel: "debug" }],
	])("reads %j", (variables, expected) => {
		expect(readEnv(variables)).toMatchObject(expected);
	});

	it.each([
		[{ PORT: "http" }, /PORT must be a port number/],
		[{ PORT: "65536" }, /PORT must be at most 65535/],
		[{ DATABASE_URL: "mysql://db/eosync" }, /DATABASE_URL must begin with postgres:/],
		[{ DATABASE_URL: "postgres://u:p/ss@h:port/db" }, /DATABASE_URL is not a valid URL/],
		[{ EOSYNC_SECRET: "short" }, /EOSYNC_SECRET must have at least 16/],
		[{ LOG_LEVEL: "loud" }, /LOG_LEVEL/],
		[{ PORT: "x", LOG_LEVEL: "y" }, /PORT.*LOG_LEVEL/],
	])("refuses %j", (variables, message) => {
		expect(() => readEnv(variables)).toThrow(UsageError);
		expect(() => readEnv(variables)).toThrow(message);
	});
});
