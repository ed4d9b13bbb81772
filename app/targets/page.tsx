import { signedIn } from "#app/access/signed-in.ts";
import { targetActions } from "#app/actions/target-actions.ts";
import { catalog } from "#app/catalog.ts";
import { TargetsView } from "#components/targets/targets-view.tsx";
import { targetFormSetting } from "#lib/catalog/targets/target-form.ts";
import { targetViews } from "#lib/catalog/targets/target-overview.ts";

export default async function TargetsPage() {
	await signedIn();
	const database = await catalog();
	const [seed, known] = await Promise.all([targetViews(database), targetFormSetting(database)]);
	return <TargetsView seed={seed} known={known} actions={targetActions} />;
}
