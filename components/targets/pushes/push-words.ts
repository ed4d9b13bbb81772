import { shownClasses } from "#components/targets/differences/difference-words.ts";
import type { PushCounts } from "#lib/catalog/targets/target-records.ts";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { formatCount } from "#lib/numbers.ts";

export const pushKindWords: Readonly<Record<PushView["kind"], string>> = {
	push: "Push",
	check: "Check",
	adopt: "Adoption",
};

/** `41 same, 3 differs, 1 conflict`; `nothing` where there is nothing. */
export function countsText(counts: PushCounts): string {
	const parts = (["same", ...shownClasses] as const).flatMap((each) => {
		const count = counts[each] ?? 0;
		return count === 0 ? [] : [`${formatCount(count)} ${each}`];
	});
	return parts.length === 0 ? "nothing" : parts.join(", ");
}
