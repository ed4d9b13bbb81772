import Link from "next/link";
import type { ReactNode } from "react";

interface DatasetLinkProps {
	/** EO ID, or number of the dataset. */
	readonly id: string | number;
	/** Default: the EO ID. */
	readonly children?: ReactNode;
}

/** Leads to a dataset's page. */
export function DatasetLink({ id, children }: DatasetLinkProps) {
	return (
		<Link href={datasetHref(id)} className="break-all text-accent underline underline-offset-2">
			{children ?? <span className="font-mono text-fine">{id}</span>}
		</Link>
	);
}

/** By EO ID: of the dataset that has it, else of the last that had it. */
export function datasetHref(id: string | number): string {
	return `/datasets/${encodeURIComponent(id)}`;
}
