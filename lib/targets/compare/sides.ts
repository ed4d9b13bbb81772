import type { Comparison } from "./compare.ts";
import type { KeptFields, TargetObject } from "./target-object.ts";

/** What the catalogue, the target, and what is ours there offer to a comparison, and what that finds. No code. */

/** An object that the target should have. */
export interface Wanted {
	/** The dataset's, or the container's. */
	readonly eoId: string;
	/** null: it is of a container. */
	readonly datasetId: number | null;
	readonly containerId: number | null;
	/** Of a dataset that is several objects: which of them. */
	readonly part: string;
	readonly object: TargetObject;
	/** Why it cannot be written there; null: it can. One that is there already can be adopted all the same. */
	readonly problem: string | null;
	/** Why it cannot be called as it is here; null: it can. An adopted one keeps its name there, and is written all the same. */
	readonly nameProblem: string | null;
	/** Earlier EO IDs of a container. */
	readonly formerIds?: readonly string[];
}

/** The catalogue's side. */
export interface WantedSource {
	/** Ids of all datasets that the target should have, ascending, so many at a time. */
	datasetIds(): AsyncIterable<readonly number[]>;
	/** What those of them that it should have are there, always in the same order. */
	load(datasetIds: readonly number[]): Promise<readonly Wanted[]>;
	containers(): Promise<readonly Wanted[]>;
}

export interface ThereObject {
	readonly pk: number;
	readonly identifier: string;
	/** null: an identifier that is only reserved. */
	readonly kind: TargetObject["kind"] | "product" | null;
	/** null: eosync has no equivalent of it. */
	readonly object: TargetObject | null;
}

/** The target's side. */
export interface ThereSource {
	/** All objects, ascending by number, so many at a time. */
	all(): AsyncIterable<readonly ThereObject[]>;
	byNumbers(pks: readonly number[]): Promise<readonly ThereObject[]>;
	byIdentifiers(identifiers: readonly string[]): Promise<readonly ThereObject[]>;
	/** Those of the numbers that are there. */
	existing(pks: readonly number[]): Promise<ReadonlySet<number>>;
}

export interface OwnedObject {
	readonly id: number;
	readonly kind: TargetObject["kind"];
	readonly datasetId: number | null;
	readonly containerId: number | null;
	readonly part: string;
	readonly identifier: string;
	readonly targetPk: number;
	readonly written: KeptFields | null;
	readonly desired: KeptFields | null;
	readonly differing: readonly string[];
}

export type OwnedKey = Pick<OwnedObject, "id" | "datasetId" | "kind" | "part" | "targetPk">;

/** What there is ours already. */
export interface OwnedSource {
	byNumbers(pks: readonly number[]): Promise<readonly OwnedObject[]>;
	byDatasets(datasetIds: readonly number[]): Promise<readonly OwnedKey[]>;
	containers(): Promise<readonly OwnedObject[]>;
	/** All, so many at a time. */
	all(): AsyncIterable<readonly OwnedObject[]>;
}

export interface Finding {
	readonly class: Comparison["state"] | "missing" | "foreign" | "conflict" | "gone";
	readonly kind: TargetObject["kind"];
	/** As it is called there, or would be. */
	readonly identifier: string;
	readonly targetPk: number | null;
	/** null: nothing here is like it. */
	readonly wanted: Wanted | null;
	readonly there: TargetObject | null;
	readonly isOwned: boolean;
	/** What was ours of it (`OwnedObject.id`) was removed there, and this took its place; null: it did not. */
	readonly replaces: number | null;
	readonly fields: Comparison["fields"];
	readonly message: string | null;
}

export interface Sources {
	readonly wanted: WantedSource;
	readonly there: ThereSource;
	readonly owned: OwnedSource;
}
