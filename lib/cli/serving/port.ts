import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { EosyncError, UsageError } from "#lib/errors.ts";

/**
 * The port to listen on: `port` itself; a free one for 0.
 * @throws EosyncError `port-in-use`, or `cannot-listen` when the host is not ours or the port not allowed.
 */
export async function choosePort(host: string, port: number): Promise<number> {
	const probe = createServer().listen(port, host);
	try {
		await once(probe, "listening");
		return (probe.address() as AddressInfo).port;
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
		if (code === "EADDRINUSE")
			throw new EosyncError(
				"port-in-use",
				`Port ${port} of ${host} is in use: stop what listens there, or choose another one with --port or PORT.`,
				{ cause },
			);
		throw new EosyncError("cannot-listen", `Nothing can listen on port ${port} of ${host}: ${String(cause)}.`, {
			cause,
		});
	} finally {
		probe.close();
	}
}

/** `port`, or the next one that is free. */
export async function chooseNextPort(host: string, port: number): Promise<number> {
	for (let next = port; ; next += 1) {
		try {
			return await choosePort(host, next);
		} catch (error) {
			if (!(error instanceof EosyncError) || error.code !== "port-in-use" || next >= port + 100) throw error;
		}
	}
}

/** An option's value. */
export function parsePort(text: string): number {
	if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new UsageError(`--port ${text} is not a port number.`);
	return Number(text);
}
