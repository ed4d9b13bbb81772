import { compareObject } from "#lib/targets/compare/compare.ts";
import type { Finding, OwnedObject, ThereObject, Wanted } from "#lib/targets/compare/sides.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";

/** What is found of one object, whether it is on both sides or on one. Pure. */

interface Match {
	readonly there: ThereObject;
	readonly owned: OwnedObject | null;
	readonly replaces: number | null;
	readonly restrict: (object: TargetObject) => TargetObject;
}

export function compared(wanted: Wanted, { there, owned, replaces, restrict }: Match): Finding {
	const { pk, identifier, object } = there;
	if (object === null || object.kind !== wanted.object.kind)
		return { ...absent(wanted, undefined, there), targetPk: pk, isOwned: owned !== null };
	const actual = restrict(object);
	const { state, fields } = compareObject(wanted.object, actual, owned);
	const problem = wanted.problem !== null && state !== "same" ? wanted.problem : null;
	const found = problem === null ? state : "conflict";
	return {
		class: replaces === null ? found : "changed there",
		kind: object.kind,
		identifier,
		targetPk: pk,
		wanted,
		there: actual,
		isOwned: owned !== null,
		replaces,
		fields,
		message: replaces === null ? problem : "It was registered anew there; an adoption takes it over again.",
	};
}

const nothing = { there: null, targetPk: null, fields: [], isOwned: false, replaces: null } as const;

/** What should be there, and is not. */
export function absent(wanted: Wanted, owned: OwnedObject | undefined, taken: ThereObject | undefined): Finding {
	const { kind, identifier } = wanted.object;
	const of = { ...nothing, kind, identifier, wanted };
	// A push that was killed before it wrote it had only reserved its number.
	if (owned !== undefined && Object.keys(owned.written ?? {}).length > 0)
		return {
			...of,
			class: "changed there",
			identifier: owned.identifier,
			isOwned: true,
			message: "It was removed there.",
		};
	if (taken !== undefined)
		return { ...of, class: "conflict", message: `Its identifier is that of ${whatIs(taken)} there.` };
	const problem = wanted.nameProblem ?? wanted.problem;
	if (problem !== null) return { ...of, class: "conflict", message: problem };
	return { ...of, class: "missing", message: null };
}

function whatIs({ kind }: ThereObject): string {
	switch (kind) {
		case "coverage":
			return "another coverage";
		case "product":
			return "a product";
		case "series":
			return "a dataset series";
		case "mosaic":
			return "a mosaic";
		case null:
			return "something else";
	}
}

/** Ours, and no longer in the catalogue, or in no container of the target. */
export function noLonger({ kind, identifier, targetPk }: OwnedObject, there: ThereObject | undefined): Finding {
	return {
		...nothing,
		class: "gone",
		kind,
		identifier,
		targetPk,
		wanted: null,
		there: there?.object ?? null,
		isOwned: true,
		message: "It is no longer in the catalogue, or in no container of this target.",
	};
}

export function foreign({ pk, identifier }: ThereObject, object: TargetObject, message: string | null): Finding {
	return {
		...nothing,
		class: "foreign",
		kind: object.kind,
		identifier,
		targetPk: pk,
		wanted: null,
		there: object,
		message,
	};
}

/** Of the series and mosaics that an object is in, those of others are not ours to say. */
export function restricted(object: TargetObject, own: ReadonlySet<string>): TargetObject {
	return { ...object, collections: object.collections.filter((name) => own.has(name)) };
}
