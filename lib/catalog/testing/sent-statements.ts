import type { Database } from "#lib/catalog/database/database.ts";
import { makeGate } from "./gate.ts";

/** A way to a database on which every statement is counted, whichever driver sends it. */
export interface SentStatements extends AsyncDisposable {
	/** What `openDatabase` takes, to be counted. */
	readonly url: string;
	/** Those that were sent since the last call, in the order in which they came, as the server gets them. */
	take(): readonly string[];
}

export async function countStatements(database: Pick<Database, "url">): Promise<SentStatements> {
	let sent: string[] = [];
	const onSent = () => listenTo((text) => sent.push(text));
	const gate = await makeGate(database, { onSent });
	return {
		url: gate.url,
		take() {
			const taken = sent;
			sent = [];
			return taken;
		},
		[Symbol.asyncDispose]: () => gate[Symbol.asyncDispose](),
	};
}

/** Bytes before the text of a message: its kind and its length, which counts itself but not the kind. */
const headLength = 5;

/**
 * Understands what a client says to PostgreSQL (the frontend's messages of protocol version 3): `Q`, a statement as text; `P`, one
 * that is prepared under a name; `B`, a portal to one; `E`, which carries a portal out.
 */
function listenTo(onStatement: (text: string) => void): (bytes: Buffer) => void {
	let pending = Buffer.alloc(0);
	let hasBegun = false;
	const textByName = new Map<string, string>();
	const textByPortal = new Map<string, string>();
	const understand = (kind: string, body: Buffer) => {
		const [first = "", second = ""] = body.toString("latin1").split("\0", 2);
		if (kind === "Q") onStatement(first);
		if (kind === "P") textByName.set(first, second);
		if (kind === "B") textByPortal.set(first, textByName.get(second) ?? "");
		if (kind === "E") onStatement(textByPortal.get(first) ?? "");
	};
	return (bytes) => {
		pending = Buffer.concat([pending, bytes]);
		// The first message has no kind.
		if (!hasBegun && pending.length >= 4) {
			const length = pending.readInt32BE(0);
			if (pending.length < length) return;
			pending = pending.subarray(length);
			hasBegun = true;
		}
		while (hasBegun && pending.length >= headLength) {
			const end = 1 + pending.readInt32BE(1);
			if (pending.length < end) return;
			understand(pending.toString("latin1", 0, 1), pending.subarray(headLength, end));
			pending = pending.subarray(end);
		}
	};
}
