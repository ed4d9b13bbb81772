import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import { formatPlural } from "#lib/numbers.ts";

/**
 * The button that applies a plan: all that it does is counted, and removals are named, so that they are not confirmed by habit.
 * `Remove 3 datasets` where that is all, `Apply 5 changes, remove 1 dataset` of a plan that does more.
 */
export function applyWords(counts: ChangeCounts): { readonly dangerous: boolean; readonly confirm: string } {
	const { added, removed, updated, moved, linked, unlinked } = counts;
	const losses = [
		removed > 0 ? `remove ${formatPlural(removed, "dataset")}` : "",
		unlinked > 0 ? `unlink ${formatPlural(unlinked, "dataset")}` : "",
	].filter((loss) => loss !== "");
	const all = added + removed + updated + moved + linked + unlinked;
	if (losses.length === 0) return { dangerous: false, confirm: "Apply" };
	const words = losses.join(", ");
	const isAll = all === removed + unlinked;
	const confirm = isAll
		? `${words.charAt(0).toUpperCase()}${words.slice(1)}`
		: `Apply ${formatPlural(all, "change")}, ${words}`;
	return { dangerous: true, confirm };
}

/**
 * The label of the button that approves held runs, and its effect in words. As with `applyWords` all that one run does is counted; of several
 * the losses are named.
 */
export function approveWords(
	counts: Pick<ChangeCounts, "removed" | "unlinked"> & Partial<ChangeCounts>,
	runs = 1,
): { readonly confirm: string; readonly does: string } {
	const { added = 0, removed, updated = 0, moved = 0, linked = 0, unlinked } = counts;
	const losses = [
		removed > 0 ? { verb: "remove", done: "removed", count: removed } : null,
		unlinked > 0 ? { verb: "unlink", done: "unlinked", count: unlinked } : null,
	].filter((loss) => loss !== null);
	const approve = runs === 1 ? "Approve" : `Approve ${formatPlural(runs, "run")}`;
	const others = added + updated + moved + linked;
	const gains =
		others > 0 ? [`${formatPlural(others, "dataset is", "datasets are")} added, updated, moved or linked`] : [];
	if (losses.length === 0) return { confirm: approve, does: [...gains, "nothing is removed"].join(", ") };
	const words = losses.map(({ verb, count }) => `${verb} ${formatPlural(count, "dataset")}`).join(", ");
	const done = losses.map(({ done, count }) => `${formatPlural(count, "dataset is", "datasets are")} ${done}`);
	return {
		confirm:
			runs > 1 || others === 0
				? `${approve} and ${words}`
				: `Approve ${formatPlural(others + removed + unlinked, "change")}, ${words}`,
		does: [...done, ...gains].join(", "),
	};
}

/** What reverting a run does, one sentence per kind of change. */
export function revertWords(counts: ChangeCounts): readonly string[] {
	const { added, removed, updated, moved, linked, unlinked } = counts;
	return [
		added > 0 ? `${formatPlural(added, "dataset")} that it added: removed from the catalogue again` : "",
		removed > 0 ? `${formatPlural(removed, "dataset")} that it removed: restored` : "",
		updated > 0 ? `${formatPlural(updated, "dataset")} that it updated: back to what they were` : "",
		moved > 0 ? `${formatPlural(moved, "dataset")} that it moved: back to the old path` : "",
		linked > 0 ? `${formatPlural(linked, "dataset")} that it linked: unlinked` : "",
		unlinked > 0 ? `${formatPlural(unlinked, "dataset")} that it unlinked: linked again` : "",
	].filter((line) => line !== "");
}
