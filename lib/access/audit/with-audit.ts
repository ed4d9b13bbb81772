import type { AuditDetails } from "#lib/catalog/audit-records.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { isDeadLock } from "#lib/catalog/database/outage.ts";
import { EosyncError, messageOf, UsageError } from "#lib/errors.ts";
import { type Actor, type AuditEntry, writeAudit } from "./audit.ts";
import { auditDifferences, withoutSecrets } from "./audit-diff.ts";
import { type AuditSubject, subjectOf } from "./audit-subject.ts";

export interface AuditedAction<R> {
	readonly actor: Actor;
	/** The permission that the action requires. */
	readonly action: string;
	/** The input; secrets in it are not recorded. */
	readonly input: unknown;
	/** false: nothing was changed, so nothing is recorded. */
	readonly did?: (result: R) => boolean;
}

/** What an action works with. */
export interface ActionScope {
	/** Runs in the transaction that also writes the audit entry; for an action outside the database: the database itself. */
	readonly database: Database;
	/** Runs a function, such as a notification, after the action was committed. When it fails, the action stays done and the process prints a warning. */
	readonly afterwards: (work: () => Promise<void>) => void;
}

/** These actions reach beyond the database: a transaction could not take them back, and should not wait for them. */
const outside: ReadonlySet<string> = new Set([
	"storages.test",
	"storages.try",
	"targets.test",
	"targets.try",
	"channels.test",
	"secrets.rotate",
]);

/**
 * Runs the action and writes its result into the audit log: the difference it made, or why it failed. Both are one transaction:
 * nothing is changed that is not in the log. For an action outside the database an entry *begun* is written first, and another one says
 * how it ended; while that is missing, the outcome is unknown.
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
		: await inDatabase(database, action, (inside) => {
				later.length = 0;
				return work({ database: inside, afterwards });
			});
	for (const each of later) await each().catch((error: unknown) => warnOf(action.action, error));
	return result;
}

/** The action is done and recorded: an error here must not make it look undone. */
function warnOf(action: string, error: unknown): void {
	process.emitWarning(`${action} was done, but not all that follows it: ${messageOf(error)}`, "EosyncWarning");
}

async function inDatabase<R>(
	database: Database,
	asked: AuditedAction<R>,
	work: (database: Database) => Promise<R>,
): Promise<R> {
	const { actor, action, input, did } = asked;
	const act = () =>
		database.sql.begin(async (tx) => {
			const inside = inTransaction(database, tx);
			const before = await subjectOf(inside, action, input);
			const result = await work(inside);
			if (did?.(result) === false) return result;
			const after = await subjectOf(inside, action, input);
			const about = { actor, action, objectKind: before.kind, object: before.object ?? after.object };
			const details = detailsOf({ input, before, after, result });
			await writeAudit(inside, { ...about, details, outcome: "done", error: null });
			return result;
		}) as Promise<R>;
	try {
		// It may have met a run that writes the same rows in another order; nothing of it has happened.
		return await act().catch((error: unknown) => {
			if (isDeadLock(error)) return act();
			throw error;
		});
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

/** The action failed, wholly or in part: the failure gets an entry of its own. */
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
	readonly before: AuditSubject;
	readonly after: AuditSubject;
	readonly result: unknown;
}

/** The details hold the difference; the input only where there is no difference. */
function detailsOf({ input, before, after, result }: AuditedOutcome): AuditDetails {
	const changes = auditDifferences(before.state, after.state);
	const some = Object.keys(changes).length > 0;
	const shownResult = resultOf(result);
	return {
		...(some ? { changes } : { input: withoutSecrets(input) }),
		...(Object.keys(shownResult).length > 0 ? { result: shownResult } : {}),
	};
}

/** Results are recorded only as far as they are known to hold no secret: links and tokens are results, too. */
const recordedResults = [
	"run",
	"runs",
	"batch",
	"ended",
	"expiresAt",
	"changed",
	"storages",
	"state",
	"joined",
	"container",
];

function resultOf(result: unknown): object {
	if (Array.isArray(result)) return withoutSecrets(result.map(resultOf)) as object;
	if (typeof result !== "object" || result === null) return {};
	return Object.fromEntries(
		Object.entries(result)
			.filter(([name]) => recordedResults.includes(name))
			.map(([name, value]) => [name, withoutSecrets(value)]),
	);
}
