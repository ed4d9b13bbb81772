/**
 * The calls of `curl` that a document shows, with what it says of their answers: a line below a call that begins with `#` is quoted from the
 * answer, `…` for what is left out; `# 206: …` is another status than 200.
 */
export interface DocumentedCall {
	/** As it is written. */
	readonly line: string;
	/** Path and query. */
	readonly path: string;
	readonly init: RequestInit;
	readonly status: number;
	/** What the answer has, in this order. */
	readonly parts: readonly string[];
}

/** Where the demonstration is. */
const origin = "http://127.0.0.1:3000";

/** @throws for an option that is not known here */
export function documentedCalls(text: string): readonly DocumentedCall[] {
	const calls: DocumentedCall[] = [];
	for (const [, block = ""] of text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)) {
		for (const written of block.replaceAll("\\\n", " ").matchAll(/^curl (.*)\n((?:# .*\n)*)/gm)) {
			const [line, command = "", quoted = ""] = written;
			const request = requestOf(wordsOf(command));
			if (!request.url.startsWith(`${origin}/`)) continue;
			const [, status = "200", quote = ""] = /^(?:(\d{3}): )?(.*)$/s.exec(quoted.replace(/^# /gm, "")) ?? [];
			const parts = quote.split(/…|\n/).map((part) => part.trim());
			const { url, ...init } = request;
			calls.push({
				line: line.trim(),
				path: url.slice(origin.length),
				init,
				status: Number(status),
				parts: parts.filter((part) => part !== ""),
			});
		}
	}
	return calls;
}

/** Words as a shell has them, without variables and without the comment behind them. */
function wordsOf(command: string): readonly string[] {
	const words = command.replace(/ +# .*$/, "").match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
	return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

interface CurlRequest extends RequestInit {
	readonly url: string;
}

function requestOf(words: readonly string[]): CurlRequest {
	const headers: [string, string][] = [];
	const data: string[] = [];
	let url = "";
	let isGet = false;
	const rest = words.values();
	const next = () => rest.next().value ?? "";
	for (const word of rest) {
		if (word === "-G") isGet = true;
		else if (word === "-H") headers.push(next().split(": ", 2) as [string, string]);
		else if (word === "-r") headers.push(["range", `bytes=${next()}`]);
		else if (word === "-d") data.push(next());
		else if (word === "--data-urlencode") data.push(next().replace(/(?<=^[^=]*=).*/s, encodeURIComponent));
		else if (word === "-o") next();
		else if (word.startsWith("http")) url = word;
		else if (!["-s", "-N", "-O", "-i"].includes(word)) throw new Error(`What does curl do with ${word}?`);
	}
	if (isGet) return { url: `${url}${url.includes("?") ? "&" : "?"}${data.join("&")}`, headers };
	if (data.length === 0) return { url, headers };
	return { url, method: "POST", headers, body: data.join("&") };
}
