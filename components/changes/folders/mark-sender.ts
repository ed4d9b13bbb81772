/** Of the folder alone, or with all below it. */
export interface ViewedMark {
	readonly folder: string;
	readonly below: boolean;
	/** false: the mark is taken away. */
	readonly viewed: boolean;
}

type SendMarks = (marks: readonly ViewedMark[]) => Promise<void>;

/**
 * Sends marks in the order in which they were made: the server gets the next ones when it has answered, all that were made meanwhile
 * together. Pure but for what `send` does.
 */
export class MarkSender {
	readonly #send: SendMarks;
	#waiting: readonly ViewedMark[] = [];
	#underWay: Promise<void> | null = null;

	constructor(send: SendMarks) {
		this.#send = send;
	}

	/** Ends when all marks that were made until then are answered. @throws what kept some of them from being sent. */
	add(mark: ViewedMark): Promise<void> {
		this.#waiting = [...this.#waiting, mark];
		this.#underWay ??= this.#sendAll().finally(() => {
			this.#underWay = null;
		});
		return this.#underWay;
	}

	/** The page is left: what waits goes at once, without an answer to wait for. */
	leave(): void {
		const marks = this.#take();
		if (marks.length > 0) this.#send(marks).catch(() => undefined);
	}

	async #sendAll(): Promise<void> {
		for (let marks = this.#take(); marks.length > 0; marks = this.#take()) await this.#send(marks);
	}

	#take(): readonly ViewedMark[] {
		const marks = this.#waiting;
		this.#waiting = [];
		return marks;
	}
}
