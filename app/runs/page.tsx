import { signedIn } from "#app/access/signed-in.ts";
import { viewActions } from "#app/actions/people/view-actions.ts";
import { approvalActions } from "#app/actions/runs/approval-actions.ts";
import { RunsTable } from "#components/runs/runs-table.tsx";
import { ViewsMenu } from "#components/views/views-menu.tsx";

export default async function RunsPage() {
	await signedIn();
	return (
		<div className="space-y-3">
			<div className="flex flex-wrap items-center gap-3">
				<h1 className="font-semibold text-lg">Runs</h1>
				<ViewsMenu page="/runs" actions={viewActions} />
			</div>
			<RunsTable container={null} approvals={approvalActions} />
		</div>
	);
}
