import { signedIn } from "#app/access/signed-in.ts";
import { catalog } from "#app/catalog.ts";
import { firstScreen } from "#components/containers/container-order.ts";
import { HealthView } from "#components/health/health-view.tsx";
import { listCauses } from "#lib/catalog/causes/causes.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { healthHistory } from "#lib/catalog/health/health-history.ts";
import { healthNumbers } from "#lib/catalog/health/health-numbers.ts";
import { closedStorageList } from "#lib/catalog/pauses/pauses.ts";
import { publicationTotals } from "#lib/catalog/publications/totals.ts";
import { targetTroubles } from "#lib/catalog/targets/target-troubles.ts";

/** Thousands of containers come after the page; the sentence and the numbers are of all of them at once. */
export default async function HealthPage() {
	await signedIn();
	const database = await catalog();
	const [containers, history, causes, publications, closed, troubles] = await Promise.all([
		listContainers(database),
		healthHistory(database),
		listCauses(database),
		publicationTotals(database.sql),
		closedStorageList(database),
		targetTroubles(database),
	]);
	return (
		<HealthView
			seed={firstScreen(containers)}
			total={containers.length}
			numbers={healthNumbers(containers)}
			history={history}
			causes={causes}
			publications={publications}
			closed={closed}
			troubles={troubles}
		/>
	);
}
