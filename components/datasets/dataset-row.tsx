import type { Ref } from "react";
import { PathText } from "#components/facts/path-text.tsx";
import { QuicklookThumb } from "#components/quicklooks/quicklook-thumb.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { CopyLink } from "#components/ui/copy-link.tsx";
import { InstantText } from "#components/ui/instant.tsx";
import { Cell, VirtualRowGroup, WholeRow } from "#components/ui/table.tsx";
import { OpenableRow, RowToggle } from "#components/virtual-list/openable-row.tsx";
import type { DatasetView } from "#lib/catalog/read-models.ts";
import { DatasetDetail } from "./dataset-detail.tsx";

export const datasetColumns =
	"grid-cols-[minmax(0,1fr)_1.5rem] sm:grid-cols-[minmax(0,1fr)_11.5rem_1.5rem] lg:grid-cols-[minmax(0,1.2fr)_11.5rem_7rem_minmax(0,1fr)_1.5rem]";

/** The times that a list can show. */
export const timeWords = { begin: "Begin", end: "End", read: "Last read" } as const;

interface DatasetRowProps {
	/** Measures it: an open one is higher. */
	readonly ref: Ref<HTMLDivElement>;
	readonly index: number;
	readonly top: number;
	readonly dataset: DatasetView;
	/** EO ID. */
	readonly container: string;
	/** Which of its times is shown. */
	readonly time: keyof typeof timeWords;
	readonly active: boolean;
	readonly open: boolean;
	readonly highlighted: boolean;
	readonly onToggle: () => void;
	readonly onHighlight: (id: string | null) => void;
}

/** One dataset; opens to all that the catalogue has of it. */
export function DatasetRow(props: DatasetRowProps) {
	const { ref, index, top, dataset, container, time, active, open, highlighted, onToggle, onHighlight } = props;
	return (
		<VirtualRowGroup ref={ref} index={index} top={top}>
			<OpenableRow
				rowIndex={index + 2}
				columns={datasetColumns}
				highlighted={highlighted}
				onToggle={onToggle}
				onPoint={(pointed) => onHighlight(pointed ? dataset.id : null)}
			>
				<Cell>
					<RowToggle active={active} open={open} onToggle={onToggle}>
						<Chevron open={open} />
						<QuicklookThumb version={dataset.version} />
						<PathText text={dataset.id} />
					</RowToggle>
				</Cell>
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
			</OpenableRow>
			{open ? (
				<WholeRow columns={5}>
					<DatasetDetail dataset={dataset} />
				</WholeRow>
			) : null}
		</VirtualRowGroup>
	);
}

/** Its row, opened, in the list of its container. */
function datasetPath(container: string, id: string): string {
	return `/containers/${encodeURIComponent(container)}?${new URLSearchParams({ tab: "datasets", search: id, open: id })}`;
}
