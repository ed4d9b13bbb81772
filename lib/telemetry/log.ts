import pino, { type Logger } from "pino";

export type { Logger } from "pino";

export interface LogOptions {
	/** The program that writes the log: worker, web, serve. */
	readonly name: string;
	readonly level: string;
	/** Secret values that must never be written. */
	readonly secrets?: readonly (string | null)[];
	readonly output?: LogOutput;
}

export interface LogOutput {
	readonly isTTY?: boolean;
	write(text: string): unknown;
}

/**
 * One line per event: JSON (`time` ISO 8601 in UTC, `level`, `name`, `run`, `container`, `seconds`, `msg`), or text for
 * people when the output is a terminal. Written at once, so that nothing is lost when a process dies. Passwords and other
 * credentials become `***`.
 */
export async function openLog({ name, level, secrets = [], output = process.stdout }: LogOptions): Promise<Logger> {
	const hide = hider(secrets);
	// Hidden in JSON, where it is known how values are escaped: text for people has some as they are, some half escaped.
	const lines = output.isTTY ? await prettyStream(output) : output;
	return pino(
		{
			name,
			level,
			base: { pid: process.pid },
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
			redact: { paths: hidden, censor: "***" },
			serializers: { err: describeError },
		},
		{ write: (text: string) => void lines.write(hide(text)) },
	);
}

const names = ["password", "secret", "token", "sealed", "authorization", "cookie", "secretAccessKey", "sessionToken"];
const more = ["privateKey", "passphrase"];
const hidden = [...names, ...more].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Credentials within URLs, after `Bearer` or `Basic`, and the values that are known. */
function hider(secrets: readonly (string | null)[]): (text: string) => string {
	const known = secrets.filter((secret): secret is string => secret !== null && secret.length > 3);
	// The values as they are escaped in JSON, the written form.
	const values = known.map((secret) => JSON.stringify(secret).slice(1, -1));
	return (text) => {
		const plain = text
			.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:@/"\\]*):[^\s@/"\\]+@/gi, "$1:***@")
			.replace(/(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,}/g, "$1 ***");
		return values.reduce((shown, value) => shown.replaceAll(value, "***"), plain);
	};
}

/** Only these fields of an error: a driver's error also holds the statement's parameters. */
function describeError(error: unknown, depth = 0): object {
	if (!(error instanceof Error)) return { message: String(error) };
	const code = "code" in error ? { code: error.code } : {};
	const cause = error.cause === undefined || depth > 2 ? {} : { cause: describeError(error.cause, depth + 1) };
	return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}

/** For people; loaded only then. */
async function prettyStream(destination: LogOutput) {
	const [{ default: pretty }, { Writable }] = await Promise.all([import("pino-pretty"), import("node:stream")]);
	const sink = new Writable({
		write(chunk, _encoding, done) {
			destination.write(String(chunk));
			done();
		},
	});
	return pretty({
		colorize: true,
		translateTime: "SYS:HH:MM:ss",
		ignore: "pid,hostname,name",
		destination: sink,
		sync: true,
	});
}
