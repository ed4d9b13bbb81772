import type { Metadata } from "next";
import { signedIn } from "#app/access/signed-in.ts";
import { RunsTable } from "#components/runs/runs-table.tsx";

export const metadata: Metadata = { title: "Runs" };

export default async function RunsPage() {
	await signedIn();
	return (
		<div className="space-y-3">
			<h1 className="font-semibold text-lg">Runs</h1>
			<RunsTable container={null} />
		</div>
	);
}
