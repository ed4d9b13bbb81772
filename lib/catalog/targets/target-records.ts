/** The shapes of what is kept of targets: other catalogues that are kept in step with this one. No code but lists, client-safe. */

export const targetTypes = ["eoxserver"] as const;
export type TargetType = (typeof targetTypes)[number];

/** What of an EOxServer instance is asked for by whom. */
export interface TargetVisibility {
	/** What its WCS lists by itself. */
	readonly wcs: readonly ("coverages" | "mosaics")[];
	/** Whether its series are seen in WMS and OpenSearch: both or neither. */
	readonly wms: "collections" | "none";
	readonly os: "collections" | "none";
}

/** What a target is configured to get, and how. */
export interface TargetSettings {
	/** Range types that have another name there, by ours. */
	readonly rangeTypes: Readonly<Record<string, string>>;
	/** Where a storage is as the target sees it: a folder or an address, by the storage's name. */
	readonly storages: Readonly<Record<string, string>>;
	readonly visible: TargetVisibility;
	/** Each dataset is a product with its coverage, so that its properties can be searched. */
	readonly asProduct: boolean;
	/** When all of it is compared, a cron expression in UTC; null: never; left out: weekly. */
	readonly schedule?: string | null;
}

export const targetObjectKinds = ["coverage", "series", "mosaic"] as const;

/** Fields of an object there (`TargetObject` of `lib/targets/compare/target-object.ts`), by name. */
export type WrittenFields = Readonly<Record<string, unknown>>;

/** `before`: as it is there; `after`: as the catalogue has it. */
export interface FieldDifference {
	readonly field: string;
	readonly before: unknown;
	readonly after: unknown;
	/** What a push does: what was `adopted` and what was `changed there` stays as it is there. Left out: it brings what the catalogue has. */
	readonly fate?: "push" | "adopted" | "changed there";
}

/**
 * `differs (adopted)`: it stays as it is there until a person accepts what the catalogue says. `changed there`: since it was written.
 * `conflict`: it cannot be written, `message` says why.
 */
export const objectStates = ["same", "differs (adopted)", "changed there", "conflict"] as const;

export const pushKinds = ["push", "check", "adopt"] as const;
export type PushKind = (typeof pushKinds)[number];
/** What a person is asked: whether so much may be removed, or whose the objects are that are there already. */
export const pushHolds = ["removals", "adoption"] as const;
export type PushHold = (typeof pushHolds)[number];
export const pushStates = ["queued", "running", "held", "succeeded", "failed", "cancelled"] as const;

/**
 * What became of an object, or would. Of a push: `created`, `updated`, `removed`. Of a check: `same` (only counted), `differs`, `missing` (there),
 * `foreign` (nothing of ours), `gone` (its file is no longer in the catalogue). Of both: `differs (adopted)`, `changed there`, `conflict`.
 */
export const differenceClasses = [
	"created",
	"updated",
	"removed",
	"same",
	"differs",
	"differs (adopted)",
	"changed there",
	"missing",
	"foreign",
	"conflict",
	"gone",
	"adopted",
] as const;
export type DifferenceClass = (typeof differenceClasses)[number];

export type PushCounts = { readonly [of in DifferenceClass]?: number };

/** How many objects are done, of how many; null: not known. */
export interface PushProgress {
	readonly done: number;
	readonly total: number | null;
}
