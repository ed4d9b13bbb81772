import type { AuditDetails } from "#lib/catalog/audit-records.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { EosyncError, messageOf, UsageError } from "#lib/errors.ts";
import { type Actor, type AuditEntry, writeAudit } from "./audit.ts";
import { differences, withoutSecrets } from "./audit-diff.ts";
import { type Subject, subjectOf } from "./audit-subject.ts";

export interface AuditedAction<R> {
	readonly actor: Actor;
	/** The permission it takes. */
	readonly action: string;
	/** What was asked for; secrets in it are not recorded. */
	readonly input: unknown;
	/** false: nothing is different, nothing is recorded. */
	readonly did?: (result: R) => boolean;
}

/** What an action works with. */
export interface ActionScope {
	/** In the transaction that the audit entry is written in; of an action outside the database: the database itself. */
	readonly database: Database;
	/** Takes what others are notified of or must see: it is done once all of the action is committed. A failure of it is no failure of the action: it is a warning of the process. */
	readonly afterwards: (work: () => Promise<void>) => void;
}

/** They reach beyond the database: no transaction could take them back, nor should one wait for them. */
const outside: ReadonlySet<string> = new Set(["storages.test", "channels.test", "secrets.rotate"]);

/**
 * Does it, and writes into the audit log what came of it: the difference it made, or why it failed. Both are one transaction:
 * nothing is done that is not in the log. Of an action outside the database an entry is *begun* first, and another one says
 * what came of it; while that is missing, the outcome is unknown.
 */
export async function withAudit<R>(
	database: Database,
	action: AuditedAction<R>,
	work: (scope: ActionScope) => Promise<R>,
): Promise<R> {
	const later: (() => Promise<void>)[] = [];
	const afterwards: ActionScope["afterwards"] = (each) => void later.push(each);
	const result = outside.has(action.action)
		? await outsideDatabase(database, action, () => work({ database, afterwards }))
		: await inDatabase(database, action, (inside) => work({ database: inside, afterwards }));
	for (const each of later) await each().catch((error: unknown) => warnOf(action.action, error));
	return result;
}

/** It is done and recorded: an error now must not look as if it were not. */
function warnOf(action: string, error: unknown): void {
	process.emitWarning(`${action} was done, but not all that follows it: ${messageOf(error)}`, "EosyncWarning");
}

async function inDatabase<R>(
	database: Database,
	asked: AuditedAction<R>,
	work: (database: Database) => Promise<R>,
): Promise<R> {
	const { actor, action, input, did } = asked;
	try {
		return (await database.sql.begin(async (tx) => {
			const inside = inTransaction(database, tx);
			const before = await subjectOf(inside, action, input);
			const result = await work(inside);
			if (did?.(result) === false) return result;
			const after = await subjectOf(inside, action, input);
			const about = { actor, action, objectKind: before.kind, object: before.object ?? after.object };
			const details = detailsOf({ input, before, after, result });
			await writeAudit(inside, { ...about, details, outcome: "done", error: null });
			return result;
		})) as R;
	} catch (error) {
		await writeFailure(database, asked, error);
		throw error;
	}
}

async function outsideDatabase<R>(database: Database, asked: AuditedAction<R>, work: () => Promise<R>): Promise<R> {
	const { actor, action, input } = asked;
	const before = await subjectOf(database, action, input);
	const entry = { actor, action, objectKind: before.kind, object: before.object };
	const begun = { ...entry, details: { input: withoutSecrets(input) }, outcome: "begun", error: null } as const;
	const concludes = await writeAudit(database, begun);
	let result: R;
	try {
		result = await work();
	} catch (error) {
		await writeFailure(database, asked, error, concludes);
		throw error;
	}
	const after = await subjectOf(database, action, input);
	const details = detailsOf({ input, before, after, result });
	await write(database, { ...entry, details, outcome: "done", error: null, concludes }, null);
	return result;
}

/** It was not done, or not all of it: that has a record of its own. */
async function writeFailure<R>(
	database: Database,
	{ actor, action, input }: AuditedAction<R>,
	error: unknown,
	concludes?: number,
): Promise<void> {
	const { kind, object } = await subjectOf(database, action, input);
	const outcome = error instanceof UsageError ? "refused" : "failed";
	const entry = {
		actor,
		action,
		objectKind: kind,
		object,
		details: { input: withoutSecrets(input) },
		outcome,
	} as const;
	const ending = concludes === undefined ? {} : { concludes };
	await write(database, { ...entry, ...ending, error: messageOf(error) }, error);
}

async function write(database: Pick<Database, "sql">, entry: AuditEntry, cause: unknown): Promise<void> {
	await writeAudit(database, entry).catch((error: unknown) => {
		const done = cause === null ? "It was done" : messageOf(cause);
		throw new EosyncError("not-recorded", `${done}, but the audit log could not be written: ${messageOf(error)}`, {
			cause: cause ?? error,
		});
	});
}

interface AuditedOutcome {
	readonly input: unknown;
	readonly before: Subject;
	readonly after: Subject;
	readonly result: unknown;
}

/** The difference tells it all; the input only where there is none. */
function detailsOf({ input, before, after, result }: AuditedOutcome): AuditDetails {
	const changes = differences(before.state, after.state);
	const some = Object.keys(changes).length > 0;
	const telling = resultOf(result);
	return {
		...(some ? { changes } : { input: withoutSecrets(input) }),
		...(Object.keys(telling).length > 0 ? { result: telling } : {}),
	};
}

/** Of results only what is known to be no secret: links and tokens are results, too. */
const tellingResults = ["run", "runs", "ended", "expiresAt", "changed", "storages", "state", "joined", "container"];

function resultOf(result: unknown): object {
	if (Array.isArray(result)) return withoutSecrets(result.map(resultOf)) as object;
	if (typeof result !== "object" || result === null) return {};
	return Object.fromEntries(
		Object.entries(result)
			.filter(([name]) => tellingResults.includes(name))
			.map(([name, value]) => [name, withoutSecrets(value)]),
	);
}
