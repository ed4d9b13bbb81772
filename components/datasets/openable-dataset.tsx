import type { ReactNode, Ref } from "react";
import { PathText } from "#components/facts/path-text.tsx";
import { QuicklookThumb } from "#components/quicklooks/quicklook-thumb.tsx";
import { Chevron } from "#components/ui/chevron.tsx";
import { Cell, VirtualRowGroup, WholeRow } from "#components/ui/table.tsx";
import { OpenableRow, RowToggle } from "#components/virtual-list/openable-row.tsx";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import { DatasetDetail } from "./dataset-detail.tsx";

/** Of a row in a list of datasets. */
export interface DatasetLineProps<Dataset> {
	/** Measures it: an open one is higher. */
	readonly ref: Ref<HTMLDivElement>;
	readonly index: number;
	readonly top: number;
	readonly dataset: Dataset;
	readonly active: boolean;
	readonly open: boolean;
	readonly highlighted: boolean;
	readonly onToggle: () => void;
}

interface OpenableDatasetProps extends DatasetLineProps<DatasetView> {
	/** The grid's five columns. */
	readonly columns: string;
	readonly onPoint: (pointed: boolean) => void;
	/** The cells after that of the EO ID. */
	readonly children: ReactNode;
}

/** A dataset in a list: its EO ID, and what the list says of it; opens to all that the catalogue has of it. */
export function OpenableDataset(props: OpenableDatasetProps) {
	const { ref, index, top, dataset, active, open, highlighted, onToggle, columns, onPoint, children } = props;
	return (
		<VirtualRowGroup ref={ref} index={index} top={top}>
			<OpenableRow
				rowIndex={index + 2}
				columns={columns}
				highlighted={highlighted}
				onToggle={onToggle}
				onPoint={onPoint}
			>
				<Cell>
					<RowToggle active={active} open={open} onToggle={onToggle}>
						<Chevron open={open} />
						<QuicklookThumb version={dataset.version} />
						<PathText text={dataset.id} />
					</RowToggle>
				</Cell>
				{children}
			</OpenableRow>
			{open ? (
				<WholeRow columns={5}>
					<DatasetDetail dataset={dataset} />
				</WholeRow>
			) : null}
		</VirtualRowGroup>
	);
}
