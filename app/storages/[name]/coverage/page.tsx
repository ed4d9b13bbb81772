import { notFound } from "next/navigation";
import { signedIn } from "#app/access/signed-in.ts";
import { cancelLookAction, lookAtStorageAction } from "#app/actions/coverage.ts";
import { catalog } from "#app/catalog.ts";
import { CoverageView } from "#components/coverage/coverage-view.tsx";
import { decoded } from "#components/ui/address/decoded.ts";
import { findStorage } from "#lib/catalog/storages/storages.ts";
import { coverageOf } from "#lib/jobs/coverage/coverage-of.ts";

interface PageProps {
	readonly params: Promise<{ readonly name: string }>;
}

export default async function CoveragePage({ params }: PageProps) {
	await signedIn();
	const name = decoded((await params).name);
	const database = await catalog();
	if ((await findStorage(database, name)) === null) notFound();
	return (
		<CoverageView
			seed={await coverageOf(database, name)}
			actions={{ look: lookAtStorageAction, cancel: cancelLookAction }}
		/>
	);
}
