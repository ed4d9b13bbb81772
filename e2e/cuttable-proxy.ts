import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** The network between a browser and the dashboard, so that a test can cut it, or hold back what comes through it. */
export class CuttableProxy implements AsyncDisposable {
	readonly #target: URL;
	readonly #sockets = new Set<Socket>();
	readonly #server = createServer((browser) => this.#join(browser));
	#port = 0;
	/** What brings answers, and where to. */
	readonly #answers = new Map<Socket, Socket>();
	#isHeld = false;

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

	/** Requests get through, what the dashboard says waits until it is released. */
	holdAnswers(): void {
		this.#isHeld = true;
		for (const [dashboard, browser] of this.#answers) dashboard.unpipe(browser);
	}

	releaseAnswers(): void {
		this.#isHeld = false;
		for (const [dashboard, browser] of this.#answers) dashboard.pipe(browser);
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
				this.#answers.delete(socket);
				other.destroy();
			});
		}
		browser.pipe(dashboard);
		this.#answers.set(dashboard, browser);
		if (!this.#isHeld) dashboard.pipe(browser);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#server.listening) await this.cut();
	}
}
