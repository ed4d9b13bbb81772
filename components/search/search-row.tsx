import type { Ref } from "react";
import { DatasetDetail } from "#components/datasets/dataset-detail.tsx";
import { DatasetLink } from "#components/datasets/dataset-link.tsx";
import { PathText } from "#components/facts/path-text.tsx";
import { QuicklookThumb } from "#components/quicklooks/quicklook-thumb.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { InstantText } from "#components/ui/instant.tsx";
import { Cell, VirtualRowGroup, WholeRow } from "#components/ui/table.tsx";
import { OpenableRow, RowToggle } from "#components/virtual-list/openable-row.tsx";
import type { FoundDatasetView } from "#lib/catalog/search/find-datasets.ts";

export const searchColumns =
	"grid-cols-[minmax(0,1fr)_3rem] sm:grid-cols-[minmax(0,1fr)_11.5rem_3rem] lg:grid-cols-[minmax(0,1.3fr)_11.5rem_minmax(0,0.8fr)_minmax(0,0.8fr)_3rem]";

interface SearchRowProps {
	/** Measures it: an open one is higher. */
	readonly ref: Ref<HTMLDivElement>;
	readonly index: number;
	readonly top: number;
	readonly dataset: FoundDatasetView;
	readonly active: boolean;
	readonly open: boolean;
	readonly highlighted: boolean;
	readonly onToggle: () => void;
	readonly onHighlight: (dataset: number | null) => void;
}

/** A dataset that was found; opens to all that the catalogue has of it, and links to its page. */
export function SearchRow({
	ref,
	index,
	top,
	dataset,
	active,
	open,
	highlighted,
	onToggle,
	onHighlight,
}: SearchRowProps) {
	const { platform, productType } = dataset.properties;
	return (
		<VirtualRowGroup ref={ref} index={index} top={top}>
			<OpenableRow
				rowIndex={index + 2}
				columns={searchColumns}
				highlighted={highlighted}
				onToggle={onToggle}
				onPoint={(pointed) => onHighlight(pointed ? dataset.dataset : null)}
			>
				<Cell>
					<RowToggle active={active} open={open} onToggle={onToggle}>
						<Chevron open={open} />
						<QuicklookThumb version={dataset.version} />
						<PathText text={dataset.id} />
					</RowToggle>
				</Cell>
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
			</OpenableRow>
			{open ? (
				<WholeRow columns={5}>
					<DatasetDetail dataset={dataset} />
				</WholeRow>
			) : null}
		</VirtualRowGroup>
	);
}
