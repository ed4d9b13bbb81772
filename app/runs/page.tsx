import type { Metadata } from "next";
import { RunsTable } from "#components/runs/runs-table.tsx";

export const metadata: Metadata = { title: "Runs" };

export default function RunsPage() {
	return (
		<div className="space-y-3">
			<h1 className="font-semibold text-lg">Runs</h1>
			<RunsTable container={null} />
		</div>
	);
}
