import type { DifferenceClass } from "#lib/catalog/targets/target-records.ts";
import { compareObject, type FieldComparison, isAsKept, keptFields } from "#lib/targets/compare/compare.ts";
import type { ThereObject, Wanted } from "#lib/targets/compare/sides.ts";
import {
	type KeptFields,
	type TargetField,
	type TargetObject,
	targetFields,
} from "#lib/targets/compare/target-object.ts";
import type { PushedObject, Settlement } from "./push-owned.ts";

/** What a push does about one object, from what the catalogue says, what we wrote, and what is there. Pure. */

export type Step =
	/** It is not there; `pk` where it was, or a number was reserved for it. */
	| { readonly do: "create"; readonly wanted: Wanted; readonly owned: PushedObject | null; readonly pk: number | null }
	| {
			readonly do: "update";
			readonly wanted: Wanted;
			readonly owned: PushedObject;
			readonly pk: number;
			readonly fields: readonly FieldComparison[];
			readonly identifier: string | null;
			readonly left: readonly FieldComparison[];
	  }
	/** Nothing is written there. */
	| {
			readonly do: "keep";
			readonly wanted: Wanted;
			readonly owned: PushedObject | null;
			readonly class: DifferenceClass;
			readonly message: string | null;
			readonly left: readonly FieldComparison[];
			readonly there: TargetObject | null;
	  }
	| { readonly do: "remove"; readonly owned: PushedObject; readonly pk: number }
	/** It is to be removed, and cannot be. */
	| { readonly do: "hold"; readonly owned: PushedObject; readonly message: string }
	/** It is no longer there, or no longer ours. */
	| { readonly do: "forget"; readonly owned: PushedObject };

interface Sides {
	/** null: the target should not have it. */
	readonly wanted: Wanted | null;
	readonly owned: PushedObject | null;
	readonly there: ThereObject | null;
	/** Changes that were made there directly are overwritten. */
	readonly overwrite: boolean;
}

export function stepFor({ wanted, owned, there, overwrite }: Sides): Step | null {
	const pk = owned?.targetPk ?? null;
	const found = there?.object ?? null;
	const isOurs = owned !== null && found !== null && isStillOurs(owned, there?.identifier ?? "", found);
	if (wanted === null) {
		if (owned === null) return null;
		return pk === null || !isOurs ? { do: "forget", owned } : { do: "remove", owned, pk };
	}
	const keepsItsName = owned?.adopted === true && isOurs;
	const problem = (keepsItsName ? null : wanted.nameProblem) ?? wanted.problem;
	if (problem !== null) return kept(wanted, { owned, class: "conflict", message: problem, there: found });
	if (owned === null || pk === null) return { do: "create", wanted, owned, pk: null };
	if (found === null || !isOurs || found.kind !== wanted.object.kind) {
		// Its number is another's now, or was only reserved: a new one.
		const isFree = there === null;
		if (isFree && (wasNeverWritten(owned) || owned.intended?.removed === true || overwrite))
			return { do: "create", wanted, owned, pk };
		if (!isFree && overwrite) return { do: "create", wanted, owned, pk: null };
		return kept(wanted, {
			owned,
			class: "changed there",
			message: isFree ? "It was removed there." : "It is another object there now.",
			there: found,
		});
	}
	const written = writtenNow(owned, found);
	const { fields } = compareObject(wanted.object, found, {
		written,
		desired: owned.desired,
		differing: owned.differing,
	});
	const pushed = fields.filter(({ fate }) => fate === "push" || (overwrite && fate === "changed there"));
	const left = fields.filter((field) => !pushed.includes(field));
	const isRenamedThere =
		there !== null && there.identifier !== owned.identifier && there.identifier !== wanted.object.identifier;
	const identifier =
		owned.adopted || there?.identifier === wanted.object.identifier || (isRenamedThere && !overwrite)
			? null
			: wanted.object.identifier;
	if (pushed.length > 0 || identifier !== null)
		return { do: "update", wanted, owned: { ...owned, written }, pk, fields: pushed, identifier, left };
	const changed = left.filter(({ fate }) => fate === "changed there");
	const message = isRenamedThere ? `It is called ${there?.identifier} there now.` : changedText(changed);
	const state = changed.length > 0 || isRenamedThere ? "changed there" : left.length > 0 ? "differs (adopted)" : "same";
	return kept(wanted, {
		owned: { ...owned, written },
		class: state,
		message,
		left,
		there: found,
	});
}

function kept(
	wanted: Wanted,
	rest: {
		owned: PushedObject | null;
		class: DifferenceClass;
		message: string | null;
		there: TargetObject | null;
		left?: readonly FieldComparison[];
	},
): Step {
	return { do: "keep", wanted, left: [], ...rest };
}

function wasNeverWritten({ written }: PushedObject): boolean {
	return written !== null && Object.keys(written).length === 0;
}

/** By its name, or by a file that we wrote: a number may have been given away, and an address may lead to another database. */
function isStillOurs({ identifier, written, intended }: PushedObject, name: string, there: TargetObject): boolean {
	if (name === identifier) return true;
	const files = [...filesOf(written), ...filesOf(intended)];
	return there.files.some(({ place }) => files.includes(place));
}

function filesOf(fields: KeptFields | null): readonly string[] {
	const files = fields?.files;
	return Array.isArray(files) ? files.map(({ place }: { place: string }) => place) : [];
}

/** What a push that was killed had written is ours as well. */
function writtenNow({ written, intended }: PushedObject, there: TargetObject): KeptFields {
	if (intended === null) return written ?? {};
	const arrived = targetFields.filter((field) => field in intended && isAsKept(field, there, intended));
	return { ...written, ...Object.fromEntries(arrived.map((field) => [field, intended[field]])) };
}

function changedText(fields: readonly FieldComparison[]): string | null {
	if (fields.length === 0) return null;
	return `Changed there: ${fields.map(({ field }) => field).join(", ")}.`;
}

/** What is kept of an object after its step; null: nothing, it is gone, or just what was announced. */
export function settlementOf(step: Step, pk: number | null): Settlement | null {
	if (step.do === "remove" || step.do === "forget" || step.do === "create") return null;
	if (step.do === "hold") {
		const { id: _, targetPk, intended: __, ...rest } = step.owned;
		return { ...rest, pk: targetPk, state: "conflict", message: step.message };
	}
	const { wanted, owned } = step;
	const { datasetId, containerId, part, object } = wanted;
	const of = { kind: object.kind, datasetId, containerId, part };
	switch (step.do) {
		case "update": {
			const names = step.fields.map(({ field }) => field);
			const differing = owned?.differing.filter((field) => !names.includes(field as TargetField)) ?? [];
			const changed = step.left.filter(({ fate }) => fate === "changed there");
			return {
				...of,
				identifier: step.identifier ?? step.owned.identifier,
				pk,
				written: { ...step.owned.written, ...keptFields(object, names) },
				desired: withoutFields(step.owned.desired, names),
				differing,
				adopted: step.owned.adopted,
				state: changed.length > 0 ? "changed there" : differing.length > 0 ? "differs (adopted)" : "same",
				message: changedText(changed),
			};
		}
		case "keep": {
			const state =
				step.class === "conflict" || step.class === "changed there" || step.class === "differs (adopted)"
					? step.class
					: "same";
			// All of that is known already.
			if (owned?.intended === null && owned.state === state && owned.message === step.message) return null;
			return {
				...of,
				identifier: owned?.identifier ?? object.identifier,
				pk: owned?.targetPk ?? null,
				written: owned?.targetPk == null ? null : owned.written,
				desired: owned?.desired ?? null,
				differing: owned?.differing ?? [],
				adopted: owned?.adopted ?? false,
				state,
				message: step.message,
			};
		}
	}
}

function withoutFields(kept: KeptFields | null, names: readonly string[]): KeptFields | null {
	if (kept === null) return null;
	const rest = Object.entries(kept).filter(([field]) => !names.includes(field));
	return rest.length === 0 ? null : Object.fromEntries(rest);
}
