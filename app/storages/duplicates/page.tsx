import { signedIn } from "#app/access/signed-in.ts";
import { cancelSearchAction, searchDuplicatesAction } from "#app/actions/coverage.ts";
import { catalog } from "#app/catalog.ts";
import { DuplicatesPage } from "#components/duplicates/duplicates-page.tsx";
import { duplicatesView } from "#lib/catalog/duplicates/duplicates.ts";

export default async function Duplicates() {
	await signedIn();
	return (
		<DuplicatesPage
			seed={await duplicatesView(await catalog())}
			actions={{ search: searchDuplicatesAction, cancel: cancelSearchAction }}
		/>
	);
}
