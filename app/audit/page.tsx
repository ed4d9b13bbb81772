import { signedIn } from "#app/access/signed-in.ts";
import { NotAllowed } from "#components/access/not-allowed.tsx";
import { AuditLog } from "#components/audit/audit-log.tsx";
import { may } from "#lib/access/permissions.ts";

export default async function AuditPage() {
	const { role } = await signedIn();
	return may(role, "audit.read") ? <AuditLog /> : <NotAllowed act="audit.read" />;
}
