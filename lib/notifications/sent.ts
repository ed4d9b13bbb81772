/** What became of an attempt to send a message. */
export interface DeliveryResult {
	readonly ok: boolean;
	/** HTTP or SMTP; null: there was no answer. */
	readonly status: number | null;
	/** How the answer began, or what kept it from being sent; without secrets. */
	readonly response: string;
}

const longest = 300;

/** One line of what another program said, with none of the secrets in it and nothing that steers a terminal. */
export function snippet(text: string, secrets: readonly string[]): string {
	const telling = secrets
		.flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
		.filter(({ length }) => length >= 4);
	const hidden = telling.reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
	const line = hidden.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
	return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
