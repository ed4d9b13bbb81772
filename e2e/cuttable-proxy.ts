import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** The network between a browser and the dashboard, so that a test can cut it. */
export class CuttableProxy implements AsyncDisposable {
	readonly #target: URL;
	readonly #sockets = new Set<Socket>();
	readonly #server = createServer((browser) => this.#join(browser));
	#port = 0;

	private constructor(target: URL) {
		this.#target = target;
	}

	static async to(url: string): Promise<CuttableProxy> {
		const wire = new CuttableProxy(new URL(url));
		await wire.mend();
		return wire;
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	/** Nothing gets through any more, and what was under way breaks off. */
	async cut(): Promise<void> {
		const closed = once(this.#server, "close");
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}

	/** At the same address as before. */
	async mend(): Promise<void> {
		this.#server.listen(this.#port, "127.0.0.1");
		await once(this.#server, "listening");
		const address = this.#server.address();
		this.#port = typeof address === "object" && address !== null ? address.port : 0;
	}

	#join(browser: Socket): void {
		const dashboard = connect(Number(this.#target.port), this.#target.hostname);
		for (const [socket, other] of [
			[browser, dashboard],
			[dashboard, browser],
		] as const) {
			this.#sockets.add(socket);
			socket.on("error", () => socket.destroy());
			socket.on("close", () => {
				this.#sockets.delete(socket);
				other.destroy();
			});
			socket.pipe(other);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#server.listening) await this.cut();
	}
}
