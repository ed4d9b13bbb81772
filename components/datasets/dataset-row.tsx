import { PathText } from "#components/facts/path-text.tsx";
import { CopyLink } from "#components/ui/copying/copy-link.tsx";
import { Cell } from "#components/ui/table.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import { type DatasetLineProps, OpenableDataset } from "./openable-dataset.tsx";

export const datasetColumns =
	"grid-cols-[minmax(0,1fr)_1.5rem] sm:grid-cols-[minmax(0,1fr)_11.5rem_1.5rem] lg:grid-cols-[minmax(0,1.2fr)_11.5rem_7rem_minmax(0,1fr)_1.5rem]";

/** The times that a list can show. */
export const timeWords = { begin: "Begin", end: "End", read: "Last read" } as const;

interface DatasetRowProps extends DatasetLineProps<DatasetView> {
	/** EO ID. */
	readonly container: string;
	/** Which of its times is shown. */
	readonly time: keyof typeof timeWords;
	readonly onHighlight: (id: string | null) => void;
}

/** One dataset; opens to all that the catalogue has of it. */
export function DatasetRow({ container, time, onHighlight, ...line }: DatasetRowProps) {
	const { dataset } = line;
	return (
		<OpenableDataset {...line} columns={datasetColumns} onPoint={(pointed) => onHighlight(pointed ? dataset.id : null)}>
			<Cell className="hidden whitespace-nowrap sm:block">
				<InstantText
					instant={time === "read" ? dataset.lastRead : dataset[time]}
					title={`${dataset.begin} … ${dataset.end}`}
				/>
			</Cell>
			<Cell className="hidden text-muted lg:block">{dataset.kind}</Cell>
			<Cell className="hidden text-muted lg:block">
				<PathText text={dataset.path} />
			</Cell>
			<Cell>
				<CopyLink what={dataset.id} path={datasetPath(container, dataset.id)} />
			</Cell>
		</OpenableDataset>
	);
}

/** Its row, opened, in the list of its container. */
function datasetPath(container: string, id: string): string {
	return `/containers/${encodeURIComponent(container)}?${new URLSearchParams({ tab: "datasets", search: id, open: id })}`;
}
