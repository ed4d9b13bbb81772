import { signedIn } from "#app/access/signed-in.ts";
import { problemActions } from "#app/actions/problem-actions.ts";
import { catalog } from "#app/catalog.ts";
import { ProblemsView } from "#components/problems/problems-view.tsx";
import { listCauses } from "#lib/catalog/causes/causes.ts";

export default async function ProblemsPage() {
	await signedIn();
	return <ProblemsView seed={await listCauses(await catalog())} actions={problemActions} />;
}
