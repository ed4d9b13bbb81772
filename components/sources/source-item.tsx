import { Pencil, PlugZap, Trash2, TriangleAlert } from "lucide-react";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { StorageTestResult } from "#components/storages/storage-test-result.tsx";
import { type TestAction, useTest } from "#components/storages/use-test.ts";
import { Button } from "#components/ui/button.tsx";
import type { SourceInput } from "#lib/catalog/inputs.ts";
import type { SourceView, WatchView } from "#lib/catalog/read-models/container-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import { sourceInputOf } from "./source-draft.ts";
import { rulesInWords } from "./source-words.ts";

interface SourceItemProps {
	readonly source: SourceView;
	readonly onTest: TestAction<SourceInput>;
	readonly onEdit: () => void;
	readonly onRemove: () => void;
}

export function SourceItem({ source, onTest, onEdit, onRemove }: SourceItemProps) {
	const { datasets, watching, unmatched } = source;
	const test = useTest(onTest);
	const place = `${source.storage}:/${source.path}`;
	const act = "containers.update";
	const runTest = () => test.run(sourceInputOf(source));
	usePageActions([
		{ label: `Test ${place}`, icon: <PlugZap />, act, go: runTest },
		{ label: `Edit ${place}`, icon: <Pencil />, act, go: onEdit },
		{ label: `Remove ${place}`, icon: <Trash2 />, act, go: onRemove },
	]);
	return (
		<li className="space-y-2 px-3 py-2.5">
			<div className="flex flex-wrap items-start gap-x-3 gap-y-2">
				<div className="min-w-0 flex-1 basis-64">
					<h2 className="break-all font-medium font-mono text-fine">{place}</h2>
					<p className="text-fine text-muted">{formatPlural(datasets, "dataset")}</p>
					{source.watch ? <p className="text-fine text-muted">{watchText(watching)}</p> : null}
				</div>
				<May act={act}>
					<div className="flex gap-1.5">
						<Button aria-label={`Test ${place}`} pending={test.pending} onClick={runTest}>
							Test
						</Button>
						<Button aria-label={`Edit ${place}`} onClick={onEdit}>
							Edit
						</Button>
						<Button aria-label={`Remove ${place}`} onClick={onRemove}>
							Remove
						</Button>
					</div>
				</May>
			</div>
			<dl className="flex flex-wrap gap-x-5 gap-y-1 text-fine">
				{rulesInWords(source).map(([name, value]) => (
					<div key={name} className="flex min-w-0 gap-1.5">
						<dt className="shrink-0 text-faint">{name}</dt>
						<dd className="min-w-0 break-all font-mono">{value}</dd>
					</div>
				))}
			</dl>
			{unmatched.map((sentence) => (
				<p key={sentence} className="flex items-start gap-1.5 break-words text-overdue">
					<TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" /> {sentence}
				</p>
			))}
			{test.test ? <StorageTestResult test={test.test} /> : null}
		</li>
	);
}

function watchText(watching: WatchView | null): string {
	if (watching === null) return "Will be watched as soon as a worker is running";
	const { mode, reason, folders, host } = watching;
	switch (mode) {
		case "starting":
			return `${host} is starting to watch`;
		case "watching":
			return `${formatPlural(folders, "folder")} watched by ${host}`;
		case "polling":
			return `Not watched but synced every ten minutes by ${host}: ${reason}`;
		case "waiting":
			return `Not watched now by ${host}: ${reason}`;
	}
}
