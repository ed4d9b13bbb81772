import { isSameField } from "./same-field.ts";
import { type TargetField, type TargetObject, targetFields } from "./target-object.ts";

/** What an object of ours is there, what it should be, and what a push does about it. Pure. */

export interface Ownership {
	/** Their row as we wrote it last, or as it was read when it was adopted; null: not known. */
	readonly written: Partial<TargetObject> | null;
	/** Of an adopted object: what the catalogue said then in the fields in which it was not what was there. */
	readonly desired: Partial<TargetObject> | null;
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

export type ObjectState = "same" | "differs" | "differs (adopted)" | "changed there";

export interface Comparison {
	readonly state: ObjectState;
	readonly fields: readonly FieldComparison[];
}

/** What was never ours has no ownership: all that differs is then what a push would bring. */
export function compareObject(desired: TargetObject, there: TargetObject, ownership: Ownership | null): Comparison {
	const fields = targetFields.flatMap((field): readonly FieldComparison[] => {
		if (isSame(field, there, desired)) return [];
		const fate = fateOf(field, { desired, there, ownership });
		return [{ field, before: there[field], after: desired[field], fate }];
	});
	return { state: stateOf(fields), fields };
}

function isSame(field: TargetField, a: TargetObject, b: TargetObject): boolean {
	return isSameField(field, a[field], b[field], a.grid ?? b.grid);
}

interface Sides {
	readonly desired: TargetObject;
	readonly there: TargetObject;
	readonly ownership: Ownership | null;
}

function fateOf(field: TargetField, { desired, there, ownership }: Sides): FieldComparison["fate"] {
	if (ownership === null) return "push";
	const { written, differing } = ownership;
	const then = ownership.desired;
	if (differing.includes(field) && then !== null && field in then && isSame(field, { ...desired, ...then }, desired))
		return "adopted";
	if (written !== null && field in written && !isSame(field, { ...there, ...written }, there)) return "changed there";
	return "push";
}

/** What somebody changed comes first: a person should look at it. */
function stateOf(fields: readonly FieldComparison[]): ObjectState {
	const has = (fate: FieldComparison["fate"]) => fields.some((field) => field.fate === fate);
	if (has("changed there")) return "changed there";
	if (has("push")) return "differs";
	return has("adopted") ? "differs (adopted)" : "same";
}
