import type { TargetFormSetting } from "#lib/catalog/targets/target-form.ts";
import type { TargetType, TargetView } from "#lib/catalog/targets/target-views.ts";
import type { MapRow } from "./map-rows.tsx";

export const targetTypeLabels: Readonly<Record<TargetType, string>> = { eoxserver: "EOxServer" };

/** A target as its form holds it: texts as typed. */
export interface TargetDraft {
	readonly name: string;
	readonly type: TargetType;
	readonly url: string;
	/** "": none was typed, so that what is set stays. */
	readonly password: string;
	readonly removesPassword: boolean;
	readonly rangeTypes: readonly MapRow[];
	readonly storages: readonly MapRow[];
	/** EO IDs; null: all. */
	readonly containers: readonly string[] | null;
	readonly wcsCoverages: boolean;
	readonly wcsMosaics: boolean;
	/** In WMS and OpenSearch: both or neither. */
	readonly showsCollections: boolean;
	readonly asProduct: boolean;
	/** When all of it is compared: as usual, never, or by `cron`. */
	readonly verifies: "usual" | "own" | "never";
	readonly cron: string;
}

export interface TargetFormProps {
	readonly draft: TargetDraft;
	readonly set: <K extends keyof TargetDraft>(field: K, value: TargetDraft[K]) => void;
	readonly errorOf: (field: string) => string | undefined;
	/** As it is saved; null: a new one. */
	readonly target: TargetView | null;
	readonly known: TargetFormSetting;
}

const newDraft: TargetDraft = {
	name: "",
	type: "eoxserver",
	url: "",
	password: "",
	removesPassword: false,
	rangeTypes: [],
	storages: [],
	containers: null,
	wcsCoverages: true,
	wcsMosaics: true,
	showsCollections: true,
	asProduct: false,
	verifies: "usual",
	cron: "",
};

export function targetToDraft(target: TargetView | null): TargetDraft {
	if (target === null) return newDraft;
	const { name, type, url, rangeTypes, storages, containers, visible, as, schedule } = target.input;
	const rowsOf = (map: Readonly<Record<string, string>>) =>
		Object.entries(map).map(([ours, theirs]) => ({ ours, theirs }));
	return {
		...newDraft,
		name,
		type,
		url,
		rangeTypes: rowsOf(rangeTypes),
		storages: rowsOf(storages),
		containers,
		wcsCoverages: visible.wcs.includes("coverages"),
		wcsMosaics: visible.wcs.includes("mosaics"),
		showsCollections: visible.wms === "collections",
		asProduct: as === "product",
		verifies: schedule === undefined ? "usual" : schedule === null ? "never" : "own",
		cron: schedule ?? "",
	};
}

/** As `targetInput` parses it; nothing is checked here. A password that was left empty is left out: what is set stays. */
export function draftToTarget(draft: TargetDraft): unknown {
	const { name, type, url, password, removesPassword, containers, asProduct, verifies, cron } = draft;
	const shown = draft.showsCollections ? "collections" : "none";
	return {
		name: name.trim(),
		type,
		url: url.trim(),
		...(removesPassword ? { password: null } : password === "" ? {} : { password }),
		rangeTypes: mapOf(draft.rangeTypes),
		storages: mapOf(draft.storages),
		containers: containers === null ? null : [...containers],
		visible: {
			wcs: [...(draft.wcsCoverages ? ["coverages"] : []), ...(draft.wcsMosaics ? ["mosaics"] : [])],
			wms: shown,
			os: shown,
		},
		as: asProduct ? "product" : "coverage",
		...(verifies === "usual" ? {} : { schedule: verifies === "never" ? null : cron.trim() }),
	};
}

/** Lines without any text are left out. */
function mapOf(rows: readonly MapRow[]): Record<string, string> {
	const given = rows.map(({ ours, theirs }) => [ours.trim(), theirs.trim()] as const);
	return Object.fromEntries(given.filter(([ours, theirs]) => ours !== "" || theirs !== ""));
}
