import { resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "./errors.ts";

const schema = z.object({
	DATABASE_URL: z
		.string()
		.regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://")
		.refine((url) => URL.canParse(url), "is not a valid URL (write special characters of the password as %xx)")
		.optional(),
	EOSYNC_HOME: z.string().default(".eosync"),
	HOST: z.string().default("127.0.0.1"),
	PORT: z
		.string()
		.regex(/^\d{1,5}$/, "must be a port number")
		.transform(Number)
		.refine((port) => port <= 65_535, "must be at most 65535")
		.default(3000),
	EOSYNC_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
	LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** What the environment says; documented in the README. */
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
		const faults = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
		throw new UsageError(`The environment is not right: ${faults.join("; ")}.`);
	}
	const env = result.data;
	return {
		databaseUrl: env.DATABASE_URL ?? null,
		home: resolve(env.EOSYNC_HOME),
		host: env.HOST,
		port: env.PORT,
		secret: env.EOSYNC_SECRET ?? null,
		logLevel: env.LOG_LEVEL,
	};
}

/** One variable that somebody else named, as a configuration file's `${NAME}`. */
export function readVariable(name: string): string | undefined {
	return process.env[name];
}

/** The environment of a child process: this one's, with some variables of its own. */
export function childEnvironment(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	return { ...process.env, ...own };
}
