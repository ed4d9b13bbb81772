import {
	draftToSchedule,
	newScheduleDraft,
	type ScheduleDraft,
	scheduleToDraft,
} from "#components/schedules/schedule-draft.ts";
import type { ContainerInput, StacAccess } from "#lib/catalog/inputs.ts";
import type { GuardLimit } from "#lib/catalog/json-columns.ts";

/** A container's settings as their form holds them: numbers as typed, "" for nothing. Sources have forms of their own. */
export interface ContainerDraft {
	readonly id: string;
	readonly kind: ContainerInput["kind"];
	readonly title: string;
	readonly schedule: ScheduleDraft;
	/** "": the default; "none": no limit. */
	readonly maxRemovals: string;
	readonly maxUpdates: string;
	readonly maxRejections: string;
	readonly emptied: "hold" | "allow";
	readonly removalLooks: string;
	readonly removalAfter: string;
	readonly retentionDays: string;
	readonly stac: StacAccess;
	readonly rangeType: string;
	/** Whether the grid is written down; else the first dataset that fits sets it. */
	readonly fixedGrid: boolean;
	readonly crs: string;
	readonly originX: string;
	readonly originY: string;
	readonly resolutionX: string;
	readonly resolutionY: string;
	readonly sizeX: string;
	readonly sizeY: string;
}

/** The props of every part of the form. */
export interface ContainerFieldsProps {
	readonly draft: ContainerDraft;
	readonly set: <K extends keyof ContainerDraft>(field: K, value: ContainerDraft[K]) => void;
	/** By the path in `ContainerInput`. */
	readonly errorOf: (path: string) => string | undefined;
}

/** The default of every setting, as in the configuration file. */
export const newContainerDraft: ContainerDraft = {
	id: "",
	kind: "dataset-series",
	title: "",
	schedule: newScheduleDraft,
	maxRemovals: "",
	maxUpdates: "",
	maxRejections: "",
	emptied: "hold",
	removalLooks: "1",
	removalAfter: "0s",
	retentionDays: "90",
	stac: "off",
	rangeType: "",
	fixedGrid: false,
	crs: "EPSG:4326",
	originX: "",
	originY: "",
	resolutionX: "",
	resolutionY: "",
	sizeX: "",
	sizeY: "",
};

export function containerToDraft(input: ContainerInput): ContainerDraft {
	const { grid } = input;
	return {
		...newContainerDraft,
		id: input.id,
		kind: input.kind,
		title: input.title,
		schedule: scheduleToDraft(input.schedule),
		maxRemovals: limitToText(input.guard.maxRemovals),
		maxUpdates: limitToText(input.guard.maxUpdates),
		maxRejections: limitToText(input.guard.maxRejections),
		emptied: input.guard.emptied ?? "hold",
		removalLooks: String(input.removals.looks),
		removalAfter: input.removals.after,
		retentionDays: String(input.retentionDays),
		stac: input.publish.stac,
		rangeType: input.rangeType ?? "",
		...(grid && {
			fixedGrid: true,
			crs: grid.crs,
			originX: String(grid.origin[0]),
			originY: String(grid.origin[1]),
			resolutionX: String(grid.resolution[0]),
			resolutionY: String(grid.resolution[1]),
			sizeX: String(grid.size[0]),
			sizeY: String(grid.size[1]),
		}),
	};
}

/** As `containerInput` parses it; nothing is checked here. */
export function draftToContainer(draft: ContainerDraft, sources: unknown): Record<keyof ContainerInput, unknown> {
	const mosaic = draft.kind === "rectified-stitched-mosaic";
	return {
		id: draft.id.trim(),
		kind: draft.kind,
		title: draft.title.trim(),
		schedule: draftToSchedule(draft.schedule),
		guard: {
			...textToLimit("maxRemovals", draft.maxRemovals),
			...textToLimit("maxUpdates", draft.maxUpdates),
			...textToLimit("maxRejections", draft.maxRejections),
			...(draft.emptied === "allow" ? { emptied: "allow" } : {}),
		},
		removals: { looks: numberOf(draft.removalLooks), after: draft.removalAfter.trim() || "0s" },
		retentionDays: numberOf(draft.retentionDays),
		publish: { stac: draft.stac },
		rangeType: draft.rangeType.trim() || null,
		grid:
			mosaic && draft.fixedGrid
				? {
						crs: draft.crs.trim(),
						origin: [numberOf(draft.originX), numberOf(draft.originY)],
						resolution: [numberOf(draft.resolutionX), numberOf(draft.resolutionY)],
						size: [numberOf(draft.sizeX), numberOf(draft.sizeY)],
					}
				: null,
		sources,
	};
}

const noLimit = "none";

function limitToText(limit: GuardLimit | undefined): string {
	return limit === null ? noLimit : (limit ?? "");
}

function textToLimit(rule: string, text: string): Record<string, GuardLimit> {
	const limit = text.trim();
	return limit === "" ? {} : { [rule]: limit === noLimit ? null : limit };
}

/** An empty field is not zero. */
function numberOf(text: string): number {
	return text.trim() === "" ? Number.NaN : Number(text);
}
