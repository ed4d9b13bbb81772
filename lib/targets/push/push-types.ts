import type { DifferenceClass, FieldDifference, TargetSettings } from "#lib/catalog/targets/target-records.ts";

/** What the parts of a push hand each other. No code. */

/** The target, as far as a push needs it. */
export interface PushedTarget {
	readonly id: number;
	readonly name: string;
	readonly settings: TargetSettings;
}

/** What became of an object. What is the same is only counted. */
export interface PushedDifference {
	readonly class: DifferenceClass;
	readonly kind: "coverage" | "series" | "mosaic";
	readonly identifier: string;
	readonly eoId: string | null;
	readonly datasetId: number | null;
	readonly containerId: number | null;
	readonly targetPk: number | null;
	readonly fields: readonly FieldDifference[];
	readonly message: string | null;
}

/** What a portion is about. */
export interface Notes {
	/** The notes' own numbers. */
	readonly ids: readonly number[];
	readonly datasets: readonly number[];
	readonly containers: readonly number[];
}
