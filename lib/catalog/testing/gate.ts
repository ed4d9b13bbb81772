import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Database } from "#lib/catalog/database/database.ts";

/** A way to a database that can be shut: then connections are cut, and new ones refused, as by a server that is gone. */
export interface Gate extends AsyncDisposable {
	/** What `openDatabase` takes, to come through the gate. */
	readonly url: string;
	open(): Promise<void>;
	shut(): Promise<void>;
	/** The server's answer that comes after so many others is lost, and with it every connection; new ones are welcome. */
	cutAfter(answers: number): void;
	/** From now on the connections that are open swallow everything, without a word; `every` those to come as well. */
	freeze(which: "these" | "every"): void;
}

/** @param onSent hears all that a client sends through one connection */
export async function makeGate(
	database: Pick<Database, "url">,
	{ onSent }: { readonly onSent?: () => (bytes: Buffer) => void } = {},
): Promise<Gate> {
	const behind = new URL(database.url);
	const sockets = new Set<Socket>();
	let left = Number.POSITIVE_INFINITY;
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	const frozen = new Set<Socket>();
	let freezesNew = false;
	const server = createServer((socket) => {
		const other = connect(placeOf(behind));
		const hear = onSent?.();
		if (hear) socket.on("data", hear);
		if (freezesNew) frozen.add(socket).add(other);
		for (const [from, to] of [
			[socket, other],
			[other, socket],
		] as const) {
			sockets.add(from);
			from.setNoDelay(true);
			// Whichever end goes, abruptly or not, the other goes with it.
			from
				.on("error", () => {})
				.on("close", () => {
					sockets.delete(from);
					to.destroy();
				});
			from.on("data", (bytes) => {
				if (frozen.has(from)) return;
				if (from === other && left-- === 0) cut();
				else if (!to.destroyed) to.write(bytes);
			});
		}
	});
	const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	await listen(0);
	const { port } = server.address() as AddressInfo;
	const url = new URL(behind);
	url.hostname = "127.0.0.1";
	url.port = String(port);
	url.searchParams.delete("host");
	const shut = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			cut();
		});
	return {
		url: url.href,
		open: () => listen(port),
		shut,
		cutAfter(answers) {
			left = answers;
		},
		freeze(which) {
			for (const socket of sockets) frozen.add(socket);
			freezesNew = which === "every";
		},
		[Symbol.asyncDispose]: shut,
	};
}

function placeOf({ hostname, port, searchParams }: URL) {
	const folder = searchParams.get("host");
	if (folder?.startsWith("/")) return { path: `${folder}/.s.PGSQL.${port || 5432}` };
	return { host: hostname, port: Number(port || 5432) };
}
