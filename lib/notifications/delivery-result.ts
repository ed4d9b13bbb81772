/** The result of one attempt to send a message. */
export interface DeliveryResult {
	readonly ok: boolean;
	/** HTTP or SMTP; null: there was no answer. */
	readonly status: number | null;
	/** The beginning of the answer, or why the message could not be sent; without secrets. */
	readonly response: string;
	/** Of events of the catalogue: the last entry of the log that was told of, where that is not the last of the message. */
	readonly toldUpTo?: number;
}

const longest = 300;

/** Makes one line of another program's answer, without secrets and without control characters. */
export function snippet(text: string, secrets: readonly string[]): string {
	const secretTexts = secrets
		.flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
		.filter(({ length }) => length >= 4);
	const hidden = secretTexts.reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
	const line = hidden.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
	return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
