import type { AuditDetails } from "#lib/catalog/audit-records.ts";
import type { Database } from "#lib/catalog/database/database.ts";
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

/**
 * Does it, and writes into the audit log what came of it: the difference it made, or why it failed. It is recorded after
 * it was done, in a transaction of its own; should that fail, whoever asked is told.
 */
export async function withAudit<R>(
	database: Pick<Database, "sql">,
	{ actor, action, input, did }: AuditedAction<R>,
	work: () => Promise<R>,
): Promise<R> {
	const before = await subjectOf(database, action, input);
	const entry = { actor, action, objectKind: before.kind, object: before.object };
	let result: R;
	try {
		result = await work();
	} catch (error) {
		const outcome = error instanceof UsageError ? "refused" : "failed";
		const details = { input: withoutSecrets(input) };
		await write(database, { ...entry, details, outcome, error: messageOf(error) }, error);
		throw error;
	}
	if (did?.(result) === false) return result;
	const after = await subjectOf(database, action, input);
	const object = before.object ?? after.object;
	const details = detailsOf({ input, before, after, result });
	await write(database, { ...entry, object, details, outcome: "done", error: null }, null);
	return result;
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
