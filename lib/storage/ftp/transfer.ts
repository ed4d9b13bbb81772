import type { Client, FTPContext, FTPResponse } from "basic-ftp";
import { type DataConnection, type DataSink, openData, passivePort } from "./data.ts";
import { ftpCodeOf, saidBy } from "./errors.ts";

interface Transfer {
	/** The host and port of the data connection. */
	readonly port: number | null;
	readonly sink: DataSink;
	/** Called whenever data arrives. */
	readonly touch: () => void;
}

/**
 * Passes the data of the last of these commands to the sink; without a given port, the answer to the first command has it.
 * Resolves with the server's last word.
 * @throws FTPError when the server refuses, or what broke the data connection.
 */
export async function transferOver(
	client: Client,
	commands: readonly string[],
	{ port, sink, touch }: Transfer,
): Promise<string> {
	const { ftp } = client;
	const moved = Promise.withResolvers<void>();
	let data: DataConnection | null = null;
	const open = (at: number) => {
		data = openData(ftp, at, { sink, touch });
		data.done.then(moved.resolve, moved.reject);
	};
	let ahead = commands.length - 1;
	const handler: Parameters<typeof ftp.handle>[1] = (answer, task) => {
		touch();
		const isAboutPort = port === null && ahead === commands.length - 1;
		if (answer instanceof Error) {
			data?.destroy();
			moved.resolve();
			task.reject(isAboutPort ? new Error(answer.message, { cause: answer }) : answer);
			// The commands behind it were sent already: their answers would be taken for those of others.
			if (ahead > 0) client.close();
		} else if (ahead > 0) {
			ahead--;
			if (isAboutPort) open(passivePort(answer.message));
		} else if (answer.code >= 200) task.resolve(answer);
	};
	const answered = untraced(() => ftp.handle(undefined, handler)) as Promise<FTPResponse>;
	if (port !== null) open(port);
	sendTogether(ftp, commands);
	const answer = answered.catch((error: unknown) => {
		// The server reports an incomplete transfer because we stopped it: that is no error.
		if (data?.enough && ftpCodeOf(error) !== undefined && !client.closed) return { message: saidBy(error) };
		throw error;
	});
	const failed = moved.promise.catch(async (error: unknown) => {
		// The server may wait for ever for its data connection, so this session cannot be used again. But some servers close the data connection
		// first and then say why.
		if (!data?.destroyed && !(await isRefused(answered)) && !client.closed) ftp.closeWithError(error as Error);
		throw error;
	});
	const [{ message }] = await Promise.all([answer, failed]);
	return message;
}

/** Sends the commands in one packet, as far as they fit. */
export function sendTogether(ftp: FTPContext, commands: readonly string[]): void {
	ftp.socket.cork();
	for (const command of commands) ftp.send(command);
	ftp.socket.uncork();
}

/** basic-ftp takes a trace of the stack for every task, which takes longer than to send it, and never shows it. */
function untraced<T>(begin: () => T): T {
	const { stackTraceLimit } = Error;
	Error.stackTraceLimit = 0;
	try {
		return begin();
	} finally {
		Error.stackTraceLimit = stackTraceLimit;
	}
}

/** How long a server that breaks a data connection may take to say why, milliseconds. */
const explains = 2000;

async function isRefused(answered: Promise<unknown>): Promise<boolean> {
	const late = new Promise<false>((resolve) => setTimeout(resolve, explains, false).unref());
	const refused = answered.then(
		() => false,
		(error: unknown) => ftpCodeOf(error) !== undefined,
	);
	return Promise.race([refused, late]);
}
