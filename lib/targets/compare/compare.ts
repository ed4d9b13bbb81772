import type { Footprint } from "#lib/metadata/metadata.ts";
import { footprintDigest } from "./footprints.ts";
import { isSameField } from "./same-field.ts";
import { type KeptFields, type TargetField, type TargetObject, targetFields } from "./target-object.ts";

/** What an object of ours is there, what it should be, and what a push does about it. Pure. */

export interface Ownership {
	/** Their row as we wrote it last, or as it was read when it was adopted; null: not known. */
	readonly written: KeptFields | null;
	/** Of an adopted object: what the catalogue said then in the fields in which it was not what was there. */
	readonly desired: KeptFields | null;
	/** Those of them that stay as they are there, until a person accepts what the catalogue says, or the catalogue says something else. */
	readonly differing: readonly string[];
}

export interface FieldComparison {
	readonly field: TargetField;
	/** As it is there. */
	readonly before: unknown;
	/** As the catalogue has it. */
	readonly after: unknown;
	/** What a push does: `push` brings what the catalogue says; what was `adopted` and what was `changed there` stays. */
	readonly fate: "push" | "adopted" | "changed there";
}

export interface Comparison {
	readonly state: "same" | "differs" | "differs (adopted)" | "changed there";
	readonly fields: readonly FieldComparison[];
}

/** What was never ours has no ownership: all that differs is then what a push would bring. */
export function compareObject(desired: TargetObject, there: TargetObject, ownership: Ownership | null): Comparison {
	const fields = targetFields.flatMap((field): readonly FieldComparison[] => {
		if (isSameField(field, there[field], desired[field], there.grid ?? desired.grid)) return [];
		const fate = fateOf(field, { desired, there, ownership });
		return [{ field, before: there[field], after: desired[field], fate }];
	});
	return { state: stateOf(fields), fields };
}

interface Sides {
	readonly desired: TargetObject;
	readonly there: TargetObject;
	readonly ownership: Ownership | null;
}

function fateOf(field: TargetField, { desired, there, ownership }: Sides): FieldComparison["fate"] {
	if (ownership === null) return "push";
	const { written, differing } = ownership;
	if (differing.includes(field) && isAsKept(field, desired, ownership.desired)) return "adopted";
	return written !== null && field in written && !isAsKept(field, there, written) ? "changed there" : "push";
}

/** What somebody changed comes first: a person should look at it. */
function stateOf(fields: readonly FieldComparison[]): Comparison["state"] {
	const has = (fate: FieldComparison["fate"]) => fields.some((field) => field.fate === fate);
	if (has("changed there")) return "changed there";
	if (has("push")) return "differs";
	return has("adopted") ? "differs (adopted)" : "same";
}

/** What is kept of an object's fields: of a footprint its digest, all else as it is. */
export function keptFields(object: TargetObject, fields: readonly TargetField[] = targetFields): KeptFields {
	return Object.fromEntries(fields.map((field) => [field, keptField(field, object)]));
}

function keptField(field: TargetField, object: TargetObject): unknown {
	return field === "footprint" ? keptFootprint(object.footprint) : object[field];
}

function keptFootprint(footprint: Footprint | null) {
	return footprint === null ? null : { digest: footprintDigest(footprint) };
}

/** Whether a field still is what was kept of it. */
export function isAsKept(field: TargetField, object: TargetObject, kept: KeptFields | null): boolean {
	if (kept === null || !(field in kept)) return false;
	if (field === "footprint") return digestIn(kept.footprint) === digestIn(keptFootprint(object.footprint));
	const then: TargetObject = { ...object, [field]: kept[field] };
	return isSameField(field, then[field], object[field], object.grid);
}

function digestIn(kept: unknown): unknown {
	return typeof kept === "object" && kept !== null && "digest" in kept ? kept.digest : null;
}
