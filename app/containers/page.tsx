import type { Metadata } from "next";
import { signedIn } from "#app/access/signed-in.ts";
import { catalog } from "#app/catalog.ts";
import { attentionOrder, firstScreen } from "#components/containers/attention.ts";
import { ContainersView } from "#components/containers/containers-view.tsx";
import { listContainers } from "#lib/catalog/containers.ts";
import { requestRunsAction } from "../actions/request-runs.ts";

export const metadata: Metadata = { title: "Containers" };

interface ContainersPageProps {
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** Long histories of thousands of containers would be megabytes of page: then only the first screen comes with it. */
export default async function ContainersPage({ searchParams }: ContainersPageProps) {
	await signedIn();
	const { q, state } = await searchParams;
	const containers = await listContainers(await catalog());
	return (
		<ContainersView
			seed={firstScreen(attentionOrder(containers))}
			total={containers.length}
			search={typeof q === "string" ? q : ""}
			state={typeof state === "string" ? state : ""}
			requestRuns={requestRunsAction}
		/>
	);
}
