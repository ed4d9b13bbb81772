import { notFound } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import { targetActions } from "#app/actions/target-actions.ts";
import { catalog } from "#app/catalog.ts";
import { TargetPage } from "#components/targets/target-page.tsx";
import { decoded } from "#components/ui/address/decoded.ts";
import { targetFormSetting } from "#lib/catalog/targets/target-form.ts";
import { targetDetail } from "#lib/catalog/targets/target-overview.ts";

interface PageProps {
	readonly params: Promise<{ readonly name: string }>;
	readonly searchParams: Promise<{ readonly push?: string | readonly string[] }>;
}

export default async function TargetRoute({ params, searchParams }: PageProps) {
	await signedIn();
	const name = decoded((await params).name);
	const { push } = await searchParams;
	const asked = typeof push === "string" && /^\d{1,15}$/.test(push) && push !== "0" ? push : null;
	const database = await catalog();
	const [seed, known] = await Promise.all([
		targetDetail(database, name, asked === null ? undefined : Number(asked)),
		targetFormSetting(database),
	]);
	if (seed === null) notFound();
	return <TargetPage key={name} seed={seed} seedPush={asked ?? ""} known={known} actions={targetActions} />;
}
