import { signedIn } from "#app/access/signed-in.ts";
import { catalog } from "#app/catalog.ts";
import { firstScreen } from "#components/containers/container-order.ts";
import { SchedulesView } from "#components/schedules/schedules-view.tsx";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { weekOf } from "#lib/catalog/schedules/schedule-week.ts";

/** Of thousands of containers only the first come with the page; its week counts them all. */
export default async function SchedulesPage() {
	await signedIn();
	const containers = await listContainers(await catalog());
	const today = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
	return (
		<SchedulesView
			seed={firstScreen(containers)}
			total={containers.length}
			scheduled={containers.filter(({ schedule }) => schedule !== null).length}
			week={weekOf(containers, today, 3)}
		/>
	);
}
