import { notFound, permanentRedirect } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import {
	deleteContainerAction,
	deletionEffectAction,
	renameContainerAction,
	unlinkEffectAction,
	updateContainerAction,
} from "#app/actions/containers.ts";
import { cancelPublishedCheckAction, checkPublishedAction } from "#app/actions/publications.ts";
import { approvalActions } from "#app/actions/runs/approval-actions.ts";
import { endExceptionAction, endExceptionsAction } from "#app/actions/runs/exceptions.ts";
import { requestRunsAction } from "#app/actions/runs/request-runs.ts";
import { applyRunAction, approveRunAction, previewSelectionAction } from "#app/actions/runs/runs.ts";
import { readNamesAction, sourceNamesAction, testSourceAction } from "#app/actions/storages.ts";
import { catalog } from "#app/catalog.ts";
import { ContainerDetailView } from "#components/container/container-view.tsx";
import { decoded } from "#components/ui/address/decoded.ts";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { formerId } from "#lib/catalog/containers/former-ids.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { publishedCheckOf } from "#lib/catalog/publications/check-view.ts";
import { defaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { containerTargets } from "#lib/catalog/targets/container-targets.ts";
import { dashboardUrl, readEnv } from "#lib/env.ts";

interface ContainerPageProps {
	readonly params: Promise<{ readonly id: string }>;
	readonly searchParams: Promise<Readonly<Record<string, string | readonly string[]>>>;
}

/** Of the container's page, with the tab and filters that were asked for. */
function addressOf(container: string, asked: Awaited<ContainerPageProps["searchParams"]>): string {
	const query = new URLSearchParams(
		Object.entries(asked).flatMap(([key, value]) => [value].flat().map((one) => [key, one])),
	);
	return `/containers/${encodeURIComponent(container)}${query.size > 0 ? `?${query}` : ""}`;
}

export default async function ContainerPage({ params, searchParams }: ContainerPageProps) {
	await signedIn();
	const asked = eoId.safeParse(decoded((await params).id));
	if (!asked.success) notFound();
	const id = asked.data;
	const database = await catalog();
	const [container, storages, { schedule }, lastCheck, targets] = await Promise.all([
		containerDetail(database, id),
		listStorages(database),
		defaultSchedule(database),
		publishedCheckOf(database, id),
		containerTargets(database, id),
	]);
	if (container === null) {
		const former = await formerId(database, id);
		if (former === null) notFound();
		permanentRedirect(addressOf(former.container, await searchParams));
	}
	const env = readEnv();
	return (
		<ContainerDetailView
			key={id}
			seed={container}
			storages={storages.map(({ name, config }) => ({ name, type: config.type }))}
			byDefault={schedule}
			address={{ origin: dashboardUrl(env), isStated: env.url !== null }}
			lastCheck={lastCheck}
			targets={targets}
			actions={{
				requestRuns: requestRunsAction,
				save: updateContainerAction,
				remove: deleteContainerAction,
				rename: renameContainerAction,
				unlinkEffect: unlinkEffectAction,
				deletionEffect: deletionEffectAction,
				plan: {
					apply: applyRunAction,
					approve: approveRunAction,
					preview: previewSelectionAction,
				},
				approvals: approvalActions,
				endException: endExceptionAction,
				endExceptions: endExceptionsAction,
				testSource: testSourceAction,
				published: { check: checkPublishedAction, cancel: cancelPublishedCheckAction },
				fileNames: { names: sourceNamesAction, read: readNamesAction },
			}}
		/>
	);
}
