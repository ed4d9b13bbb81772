import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { applyRunAction, approveRunAction, cancelRunAction, revertRunAction } from "#app/actions/runs.ts";
import { catalog } from "#app/catalog.ts";
import { RunPage } from "#components/runs/run-page.tsx";
import { containerViews } from "#lib/catalog/containers.ts";
import { changesQuery, runId } from "#lib/catalog/inputs.ts";
import { runView } from "#lib/catalog/runs.ts";

interface RunRouteProps {
	readonly params: Promise<{ readonly run: string }>;
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export async function generateMetadata({ params }: RunRouteProps): Promise<Metadata> {
	return { title: `Run ${(await params).run}` };
}

export default async function RunRoute({ params, searchParams }: RunRouteProps) {
	const number = runId.safeParse(Number((await params).run));
	const run = number.success ? await runView(await catalog(), number.data) : null;
	if (run === null) notFound();
	const [container] = await containerViews(await catalog(), [run.container]);
	const filter = changesQuery.safeParse(await searchParams);
	return (
		<RunPage
			key={run.run}
			seed={run}
			history={container?.history ?? []}
			filter={{ action: filter.data?.action ?? null, search: filter.data?.search ?? "" }}
			actions={{
				apply: applyRunAction,
				approve: approveRunAction,
				cancel: cancelRunAction,
				revert: revertRunAction,
			}}
		/>
	);
}
