import { notFound } from "next/navigation";
import { z } from "zod";
import { signedIn } from "#app/access/signed-in.ts";
import { catalog } from "#app/catalog.ts";
import type { SearchParameters } from "#app/search-parameters.ts";
import { RunComparison } from "#components/runs/run-comparison.tsx";
import { runsWithoutTheirChanges } from "#lib/catalog/changes/changes.ts";
import { runViews } from "#lib/catalog/runs/runs.ts";

interface CompareRouteProps {
	readonly searchParams: SearchParameters;
}

const number = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const parameters = z.object({ a: number, b: number });

export default async function CompareRoute({ searchParams }: CompareRouteProps) {
	await signedIn();
	const { data } = parameters.safeParse(await searchParams);
	if (data === undefined) notFound();
	const database = await catalog();
	const runs = await runViews(database, [data.a, data.b]);
	const first = runs.find(({ run }) => run === data.a);
	const second = runs.find(({ run }) => run === data.b);
	if (first === undefined || second === undefined) notFound();
	return (
		<RunComparison
			key={`${data.a} ${data.b}`}
			first={first}
			second={second}
			forgotten={(await runsWithoutTheirChanges(database, runs)).map(({ run }) => run)}
		/>
	);
}
