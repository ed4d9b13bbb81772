import type { AuditChange } from "#lib/catalog/audit-records.ts";
import { type EditEffect, effectText } from "#lib/sync/edit-effect.ts";
import type { Merged } from "./file-keys.ts";

/** What `configure` did, or would do, and what it prints of it. */

/** What became of a storage, container, target or setting, or would. */
export interface AppliedPart {
	readonly what: "storage" | "container" | "target" | "default schedule" | "backups";
	readonly name: string;
	/** `kept`: it was to be deleted and had to stay. */
	readonly outcome: "created" | "updated" | "unchanged" | "deleted" | "kept";
	/** What is different, by key; of something new or deleted: nothing. */
	readonly fields: Readonly<Record<string, AuditChange>>;
	/** What the next sync does to datasets because of it. */
	readonly effect: EditEffect;
	/** Keys that the file does not have, and that stay as they were set elsewhere. */
	readonly kept: Merged<unknown>["kept"];
	/** Keys that the last file had and this one has not: they have their defaults again. */
	readonly reset: Merged<unknown>["reset"];
	/** Why it had to stay, and whether a deleted container that needs it is the reason. */
	readonly stays?: { readonly reason: string; readonly isNeededLater: boolean };
}

/** The next sync does nothing because of it. */
export const noEffect: EditEffect = { datasets: 0, examples: [], sentence: "" };
/** Nothing to tell of it but its outcome. */
export const nothing = { fields: {}, effect: noEffect, kept: [], reset: [] } as const;

/** Whether it is a setting for everything, and not an object with a name. */
function isSetting(what: AppliedPart["what"]): boolean {
	return what === "default schedule" || what === "backups";
}

export interface Saying {
	/** It is only tried: the lines say what would be. */
	readonly isTrial: boolean;
}

/** A line for what became of it, and for each thing that is worth knowing. */
export function partLines(part: AppliedPart, { isTrial }: Saying): readonly string[] {
	const { what, name, outcome, fields, effect, kept, reset } = part;
	const did = isTrial && outcome !== "unchanged" ? `would be ${outcome}` : outcome;
	if (isSetting(what)) return [`${what}: ${name}, ${did}`];
	const isReset = new Set(reset.map(([key]) => key));
	const differences = Object.entries(fields).filter(([key]) => !isReset.has(key));
	const lines = [
		...differences.map(([key, { before, after }]) => `${key}: ${valueText(before)} → ${valueText(after)}`),
		...reset.map(([key, value]) => `${key} is its default again, ${valueText(value)}: the file has it no more`),
		...kept.map(([key, value]) => `${key} stays ${valueText(value)}: the file does not have it`),
	];
	if (outcome === "kept") return [];
	if (outcome === "deleted")
		return [...(effect.sentence === "" ? [] : [effect.sentence]), did].map((line) => `${what} ${name}: ${line}`);
	return [did, ...(effect.sentence === "" ? [] : [effectText(effect)]), ...lines].map(
		(line) => `${what} ${name}: ${line}`,
	);
}

/** Why something that was to be deleted stays; null: nothing of that kind. */
export function staysText({ what, name, stays }: AppliedPart, { isTrial }: Saying): string | null {
	return stays === undefined ? null : `${what} ${name}: ${isTrial ? "would stay" : "stays"}. ${stays.reason}`;
}

/** The line of `--json`. */
export function partObject(part: AppliedPart) {
	const { what, name, outcome, fields, effect, kept, reset, stays } = part;
	return {
		type: what,
		name: isSetting(what) ? null : name,
		outcome,
		fields,
		/** Datasets that the next sync unlinks, that a storage has elsewhere now, or that a deletion archives. */
		datasets: effect.datasets,
		examples: effect.examples,
		message: stays?.reason ?? (effect.sentence === "" ? null : effect.sentence),
		kept: Object.fromEntries(kept),
		reset: Object.fromEntries(reset),
	};
}

/** The last line of `--json`. */
export function summaryObject(parts: readonly AppliedPart[], { ok, isTrial }: Saying & { readonly ok: boolean }) {
	const count = (outcome: AppliedPart["outcome"]) => parts.filter((part) => part.outcome === outcome).length;
	return {
		type: "summary",
		ok,
		check: isTrial,
		created: count("created"),
		updated: count("updated"),
		unchanged: count("unchanged"),
		deleted: count("deleted"),
		kept: count("kept"),
	};
}

function valueText(value: unknown): string {
	if (value === undefined || value === null) return "none";
	if (typeof value === "string") return value;
	const text = JSON.stringify(value);
	return Array.isArray(value) && text.length > 80 ? `a list of ${value.length}` : text;
}
