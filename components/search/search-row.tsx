import { DatasetLink } from "#components/datasets/dataset-link.tsx";
import { type DatasetLineProps, OpenableDataset } from "#components/datasets/openable-dataset.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { Cell } from "#components/ui/table.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { FoundDatasetView } from "#lib/catalog/search/find-datasets.ts";

export const searchColumns =
	"grid-cols-[minmax(0,1fr)_3rem] sm:grid-cols-[minmax(0,1fr)_11.5rem_3rem] lg:grid-cols-[minmax(0,1.3fr)_11.5rem_minmax(0,0.8fr)_minmax(0,0.8fr)_3rem]";

interface SearchRowProps extends DatasetLineProps<FoundDatasetView> {
	readonly onHighlight: (dataset: number | null) => void;
}

/** A dataset that was found; opens to all that the catalogue has of it, and links to its page. */
export function SearchRow({ onHighlight, ...line }: SearchRowProps) {
	const { dataset } = line;
	const { platform, productType } = dataset.properties;
	return (
		<OpenableDataset
			{...line}
			columns={searchColumns}
			onPoint={(pointed) => onHighlight(pointed ? dataset.dataset : null)}
		>
			<Cell className="hidden whitespace-nowrap sm:block">
				<InstantText instant={dataset.begin} title={`${dataset.begin} … ${dataset.end}`} />
			</Cell>
			<Cell className="hidden truncate text-muted lg:block">
				{[platform, productType].filter((text) => text !== undefined).join(", ")}
			</Cell>
			<Cell className="hidden text-muted lg:block">
				<PathText text={dataset.containers.join(", ")} />
			</Cell>
			<Cell>
				<DatasetLink id={dataset.dataset}>
					Page<span className="sr-only"> of {dataset.id}</span>
				</DatasetLink>
			</Cell>
		</OpenableDataset>
	);
}
