"use client";

import Link from "next/link";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { MergeForm } from "./merge-form.tsx";
import type { OtherSeries, ReshapeActions } from "./reshape-actions.ts";
import { SplitForm } from "./split-form.tsx";

interface ReshapeViewProps {
	readonly container: Pick<ContainerView, "id" | "kind" | "datasets">;
	readonly others: readonly OtherSeries[];
	readonly actions: ReshapeActions;
}

/** Splits a series, or merges others into it: each is planned here, and reviewed and applied as a run. */
export function ReshapeView({ container, others, actions }: ReshapeViewProps) {
	const { id, kind } = container;
	const back = `/containers/${encodeURIComponent(id)}`;
	return (
		<div className="max-w-5xl space-y-4">
			<header>
				<h1 className="break-all font-semibold text-lg">Split or merge {id}</h1>
				<p className="text-muted">
					Nothing is created or moved here: what you plan is a run that waits to be applied, and can be taken back.{" "}
					<Link href={back} className="underline underline-offset-2">
						Back to the container
					</Link>
				</p>
			</header>
			{kind === "dataset-series" ? (
				<>
					<FormSection title="Split">
						<SplitForm container={container} actions={actions} />
					</FormSection>
					<FormSection title="Merge">
						<MergeForm container={container} others={others} actions={actions} />
					</FormSection>
				</>
			) : (
				<EmptyState title="A mosaic cannot be split or merged">
					Only dataset series can: the tiles of a mosaic are one coverage.
				</EmptyState>
			)}
		</div>
	);
}
