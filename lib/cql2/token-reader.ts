import { Budget, Cql2Error } from "./expression.ts";
import { describeToken, type Token } from "./tokens.ts";

/** The words that are left. */
export class TokenReader {
	readonly budget = new Budget();
	private readonly tokens: readonly Token[];
	private index = 0;

	constructor(tokens: readonly Token[]) {
		this.tokens = tokens;
	}

	get next(): Token {
		return this.tokens[this.index] as Token;
	}

	/** The word after the next. */
	get second(): Token {
		return this.tokens[Math.min(this.index + 1, this.tokens.length - 1)] as Token;
	}

	take(): Token {
		const token = this.next;
		if (token.kind !== "end") this.index += 1;
		return token;
	}

	/** Whether the next word is this keyword; keywords are the same in any case. */
	isKeyword(word: string): boolean {
		return this.next.kind === "name" && this.next.value.toUpperCase() === word;
	}

	isSymbol(symbol: string): boolean {
		return this.next.kind === "symbol" && this.next.value === symbol;
	}

	skip(word: string): boolean {
		const found = this.isKeyword(word) || this.isSymbol(word);
		if (found) this.take();
		return found;
	}

	require(word: string): void {
		if (!this.skip(word)) throw this.expected(word);
	}

	requireText(what: string): string {
		if (this.next.kind !== "text") throw this.expected(what);
		return this.take().value;
	}

	expected(what: string): Cql2Error {
		return new Cql2Error(`At character ${this.next.at + 1}: expected ${what}, found ${describeToken(this.next)}.`);
	}

	/** Runs what may refuse its values, and adds the place to the refusal. */
	at<T>(token: Token, read: () => T): T {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof Cql2Error)) throw error;
			throw new Cql2Error(`At character ${token.at + 1}: ${error.message}`);
		}
	}
}

export function parseNumber(reader: TokenReader): number {
	const sign = reader.skip("-") ? -1 : 1;
	if (sign === 1) reader.skip("+");
	const { next } = reader;
	const value = Number(next.value) * sign;
	if (next.kind !== "number" || !Number.isFinite(value)) throw reader.expected("a number");
	reader.take();
	return value + 0; // no negative zero
}
