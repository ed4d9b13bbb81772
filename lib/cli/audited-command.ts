import { withAudit } from "#lib/access/audit/with-audit.ts";
import type { Permission } from "#lib/access/permissions.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { actor } from "./with-catalog.ts";

interface AuditedCommand<R> {
	/** The permission that the dashboard would ask for; on the console everyone may who can reach the database. */
	readonly action: Permission | "users.set-up" | "secrets.rotate" | "catalogue.restore";
	/** What it is about; secrets in it are not recorded. */
	readonly input: unknown;
	/** Does the work with the database as `ActionScope` has it. */
	readonly work: (database: Database) => Promise<R>;
	/** false: nothing is different, nothing is recorded. */
	readonly did?: (result: R) => boolean;
}

/** Does something on behalf of the operating system's user, and records it in the audit log. */
export function auditedCommand<R>(database: Database, { work, ...audited }: AuditedCommand<R>): Promise<R> {
	const who = { via: "command-line", user: null, name: actor(), token: null, address: null } as const;
	return withAudit(database, { ...audited, actor: who }, (scope) => work(scope.database));
}
