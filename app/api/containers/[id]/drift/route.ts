import { answer } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { may } from "#lib/access/permissions.ts";
import { containerDrift } from "#lib/catalog/health/container-drift.ts";

/** Who changed the configuration stands in the audit log, which not all may read. */
export async function GET(_: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async ({ role }) =>
		containerDrift(await catalog(), (await params).id, { showsNames: may(role, "audit.read") }),
	);
}
