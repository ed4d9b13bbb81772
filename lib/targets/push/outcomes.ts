import type { PushCounts } from "#lib/catalog/targets/target-records.ts";
import { keptFields } from "#lib/targets/compare/compare.ts";
import type { TargetField } from "#lib/targets/compare/target-object.ts";
import type { Announcement } from "./push-owned.ts";
import type { Step } from "./push-plan.ts";
import type { PushedDifference } from "./push-types.ts";

/** What is said of a push's steps: here before they are done, and to people afterwards. Pure. */

export function announcementOf(step: Step): readonly Announcement[] {
	if (step.do === "remove") {
		const { id, kind, datasetId, containerId, part, identifier } = step.owned;
		return [{ id, kind, datasetId, containerId, part, identifier, pk: step.pk, intended: { removed: true } }];
	}
	if ((step.do !== "create" && step.do !== "update") || step.pk === null) return [];
	const { datasetId, containerId, part, object } = step.wanted;
	const of = { id: step.owned?.id ?? null, kind: object.kind, datasetId, containerId, part, pk: step.pk };
	if (step.do === "create") return [{ ...of, identifier: object.identifier, intended: keptFields(object) }];
	const fields = step.fields.map(({ field }): TargetField => field);
	return [{ ...of, identifier: step.owned.identifier, intended: keptFields(object, fields) }];
}

const classes = { create: "created", update: "updated", remove: "removed" } as const;

export function differenceOf(step: Step): readonly PushedDifference[] {
	if (step.do === "forget" || (step.do === "keep" && step.class === "same")) return [];
	if (step.do === "remove" || step.do === "hold") {
		const { kind, identifier, datasetId, containerId, targetPk } = step.owned;
		const isHeld = step.do === "hold";
		return [
			{
				class: isHeld ? "conflict" : "removed",
				kind,
				identifier,
				eoId: null,
				datasetId,
				containerId,
				targetPk,
				fields: [],
				message: isHeld ? step.message : null,
			},
		];
	}
	const { wanted } = step;
	const { eoId, datasetId, containerId, object } = wanted;
	const shown = step.do === "update" ? step.fields : step.do === "keep" ? step.left : [];
	return [
		{
			class: step.do === "keep" ? step.class : classes[step.do],
			kind: object.kind,
			identifier: step.owned?.identifier ?? object.identifier,
			eoId,
			datasetId,
			containerId,
			targetPk: step.do === "keep" ? (step.owned?.targetPk ?? null) : step.pk,
			fields: shown.map(({ field, before, after }) => ({ field, before, after })),
			message: step.do === "keep" ? step.message : null,
		},
	];
}

export function countsOf(steps: readonly Step[]): PushCounts {
	const counts: Record<string, number> = {};
	for (const step of steps) {
		const name =
			step.do === "keep"
				? step.class
				: step.do === "hold"
					? "conflict"
					: step.do === "forget"
						? null
						: classes[step.do];
		if (name !== null) counts[name] = (counts[name] ?? 0) + 1;
	}
	return counts;
}
