import type { z } from "zod";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { mergeInput, splitInput } from "#lib/catalog/reshape-inputs.ts";

/** The server actions of the page where containers are split and merged. */

export type SplitRequest = z.input<typeof splitInput>;
export type MergeRequest = z.input<typeof mergeInput>;

export interface SplitShown {
	readonly parts: readonly {
		readonly key: string;
		readonly id: string;
		readonly title: string;
		readonly datasets: number;
		readonly sources: readonly string[];
		readonly problem: string | null;
	}[];
	readonly rest: number;
}

export interface MergeShown {
	readonly into: string;
	readonly datasets: number;
	readonly shared: number;
	readonly settings: readonly string[];
}

type Planned = Promise<ActionResult<{ readonly run: number }>>;

export interface ReshapeActions {
	readonly previewSplit: (input: SplitRequest) => Promise<ActionResult<SplitShown>>;
	readonly split: (input: SplitRequest) => Planned;
	readonly previewMerge: (input: MergeRequest) => Promise<ActionResult<MergeShown>>;
	readonly merge: (input: MergeRequest) => Planned;
}

export type OtherSeries = Pick<ContainerView, "id" | "title" | "datasets">;
