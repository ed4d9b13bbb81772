import type { Caller } from "#lib/access/authorised.ts";
import type { Role } from "#lib/access/permissions.ts";
import { roleOfSession } from "#lib/access/sign-in/sessions.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { LiveEvent, ServiceStatus } from "#lib/catalog/live-events.ts";
import { liveEvents } from "#lib/jobs/live/events.ts";

/** The follower of the event stream: a page that was rendered for another user or role is not theirs. */
export interface StreamCaller {
	/** ID of the user. */
	readonly user: string;
	readonly role: Role;
}

interface EventMessagesOptions {
	readonly caller: Pick<Caller, "id" | "role" | "session">;
	readonly services: () => Promise<ServiceStatus>;
	/** Ends the messages. */
	readonly signal: AbortSignal;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

/** How often the session, the database and the workers are looked at, milliseconds. */
const checkMs = 2000;
/** Proxies cut what is silent for a minute; the page takes 15 s of silence for a dead connection. */
const heartbeatMs = 5000;

/**
 * Server-sent events for one reader, as text: `caller` is a `StreamCaller`, the first message and again when the role is another
 * one; messages without a name are lists of `LiveEvent`, the first of which begins with a `gap`; `status` is a `ServiceStatus`,
 * at first and when it changes; `signed-out` is the last message when the session ends. For a slow reader
 * only the latest of each kind, run and container is kept.
 */
export async function* eventMessages(
	database: Database,
	{ caller, services, signal, now = Date.now }: EventMessagesOptions,
): AsyncGenerator<string> {
	if (signal.aborted) return;
	const ended = new AbortController();
	const both = AbortSignal.any([signal, ended.signal]);
	const pending = new Map<string, unknown>();
	let wake = Promise.withResolvers<void>();
	let heartbeatAt = now();
	const post = (name: string, data: unknown) => {
		pending.set(name, data);
		wake.resolve();
	};
	const check = () => {
		if (now() - heartbeatAt >= heartbeatMs) {
			heartbeatAt = now();
			post("heartbeat", 1);
		}
		void checkSession().catch(whileUndecided);
		void checkServices().catch(whileUndecided);
	};
	let role: Role | null = caller.role;
	async function checkSession() {
		const current = await roleOfSession(database, caller.session);
		if (current === role) return;
		role = current;
		if (current === null) post("signed-out", 1);
		else post("caller", { user: caller.id, role: current } satisfies StreamCaller);
	}
	let sent = "";
	async function checkServices() {
		const status = await services();
		const text = JSON.stringify(status);
		if (text !== sent) post("status", status);
		sent = text;
	}
	const batches = liveEvents(database, { signal: both });
	const next: { batch: readonly LiveEvent[] | null; failure: { readonly error: unknown } | null } = {
		batch: null,
		failure: null,
	};
	const askForBatch = () =>
		batches.next().then(
			({ value }) => {
				next.batch = value ?? null;
				wake.resolve();
			},
			(error: unknown) => {
				next.failure = { error };
				wake.resolve();
			},
		);
	post("caller", { user: caller.id, role: caller.role } satisfies StreamCaller);
	const timer = setInterval(check, checkMs);
	// Here and not in `finally`: a reader that is gone takes no further message, and then nothing resumes a generator.
	const onEnd = () => {
		clearInterval(timer);
		wake.resolve();
		void batches.return(undefined);
	};
	both.addEventListener("abort", onEnd, { once: true });
	try {
		check();
		void askForBatch();
		while (!signal.aborted) {
			await wake.promise;
			wake = Promise.withResolvers();
			if (signal.aborted) return;
			if (next.failure !== null) throw next.failure.error;
			for (const [name, data] of takeAll(pending)) {
				yield `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
				if (name === "signed-out") return;
			}
			if (next.batch !== null) {
				const events = JSON.stringify(next.batch);
				next.batch = null;
				void askForBatch();
				yield `data: ${events}\n\n`;
			}
		}
	} finally {
		ended.abort();
	}
}

function takeAll(from: Map<string, unknown>): readonly (readonly [string, unknown])[] {
	const all = [...from];
	from.clear();
	return all;
}

/** A database that does not answer decides nothing about a session or a worker; the next look may. */
function whileUndecided(): void {}
