import { formatInstant } from "#components/ui/format.ts";
import type { ContainerDrift, DriftLook, DriftMark } from "#lib/catalog/health/container-drift.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** A look or a mark, in the order of time: what the cursor goes through and the table lists. */
export type DriftPoint = { readonly look: DriftLook } | { readonly mark: DriftMark };

export function driftPoints({ looks, marks }: ContainerDrift): readonly DriftPoint[] {
	return [...looks.map((look) => ({ look })), ...marks.map((mark) => ({ mark }))].sort(
		(a, b) => Date.parse(instantOf(a)) - Date.parse(instantOf(b)),
	);
}

export function instantOf(point: DriftPoint): string {
	return "look" in point ? point.look.at : point.mark.at;
}

export function pointInWords(point: DriftPoint): string {
	const words = "look" in point ? lookInWords(point.look) : markInWords(point.mark);
	return `${formatInstant(instantOf(point))}: ${words}`;
}

export function lookInWords({ run, kind, state, found, applied, datasets, rejected }: DriftLook): string {
	return [
		`run ${run}, ${kind} ${state}`,
		`${formatCount(found)} ${found === 1 ? "file differs" : "files differ"}${found > 0 && applied ? ", applied" : ""}`,
		datasets === null ? null : formatPlural(datasets, "dataset"),
		rejected === null ? null : `${formatCount(rejected)} rejected`,
	]
		.filter((part) => part !== null)
		.join("; ");
}

export function markInWords({ what, run, by }: DriftMark): string {
	const words = what === "configuration" ? "configuration changed" : `plan of run ${run} applied by a person`;
	if (by === null) return words;
	return what === "configuration" ? `${words} by ${by}` : `plan of run ${run} applied by ${by}`;
}
