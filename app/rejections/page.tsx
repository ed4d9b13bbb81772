import { signedIn } from "#app/access/signed-in.ts";
import { ignoreRejectionsAction, retryRejectionsAction, stopIgnoringAction } from "#app/actions/rejections.ts";
import { RejectionsView } from "#components/rejections/rejections-view.tsx";

export default async function RejectionsPage() {
	await signedIn();
	return (
		<RejectionsView
			actions={{ ignore: ignoreRejectionsAction, stopIgnoring: stopIgnoringAction, retry: retryRejectionsAction }}
		/>
	);
}
