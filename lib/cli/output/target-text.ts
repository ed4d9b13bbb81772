import { othersText } from "#lib/catalog/targets/target-lag.ts";
import { differenceClasses, type PushCounts, type PushProgress } from "#lib/catalog/targets/target-records.ts";
import type { TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { withoutFullStop } from "#lib/errors.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { TargetOutcome } from "#lib/targets/follow/after-sync.ts";
import { printable } from "./table.ts";

/** How a target did, in a line; `isTrouble`: a person should know. */
export function outcomeText(outcome: TargetOutcome): { readonly text: string; readonly isTrouble: boolean } {
	const { name, pushed, lag, error, paused, held } = outcome;
	const done = pushed === 0 ? null : `${formatPlural(pushed, "object")} pushed`;
	const waiting = formatPlural(lag, "change waits", "changes wait");
	const line = (parts: readonly (string | null)[], isTrouble: boolean) => ({
		text: printable(`Target ${name}: ${parts.filter((part) => part !== null).join("; ")}.`),
		isTrouble,
	});
	if (error !== null) return line([done, withoutFullStop(error), lag === 0 ? null : waiting], true);
	if (held !== null) return line([done, ...heldParts(name, held)], true);
	if (paused) return line([`it is paused`, lag === 0 ? null : waiting], false);
	return line([done, lag === 0 ? "in step" : waiting], lag > 0);
}

/** What a person is asked about a target, and by which commands they look and answer. */
export function heldText(target: string, held: Held): string {
	return printable(`Target ${target}: ${heldParts(target, held).join("; ")}.`);
}

type Held = NonNullable<TargetOutcome["held"]>;

function heldParts(target: string, { push, hold, reason, others }: Held): readonly string[] {
	const one = others === 0 ? "" : ` --push ${push}`;
	const [look, answer] = [
		`eosync targets differences ${target}${one}`,
		`eosync targets approve ${target}${one} REASON`,
	];
	return hold === "adoption"
		? [
				`push ${push} waits for an adoption: ${withoutFullStop(reason)}`,
				`look at them with "${look}"`,
				`"${answer}" says that they are others'`,
			]
		: [
				`push ${push} is held: ${withoutFullStop(reason)}${withoutFullStop(others === 0 ? "" : `.${othersText(others)}`)}`,
				`all else goes on; look at it with "${look}", approve it with "${answer}"`,
			];
}

/** Where a push is, as a line. */
export function pushProgressText(target: string, { done, total }: PushProgress): string {
	const of = total === null ? "" : ` of ${formatCount(total)}`;
	return printable(`Target ${target}  ${formatCount(done)}${of} objects`);
}

/** `3 created, 2 removed, 40 same`. */
export function countsText(counts: PushCounts): string {
	return differenceClasses
		.flatMap((found) => {
			const count = counts[found] ?? 0;
			return count > 0 ? [`${formatCount(count)} ${found}`] : [];
		})
		.join(", ");
}

/** An object that is not the same on both sides: itself, then what differs, field by field. */
export function differenceLines({
	class: found,
	kind,
	identifier,
	eoId,
	fields,
	message,
}: TargetDifference): readonly string[] {
	const here = eoId === null || eoId === identifier ? "" : ` (${eoId})`;
	const said = message === null ? "" : `: ${message}`;
	return [
		printable(`${found}  ${kind} ${identifier}${here}${said}`),
		...fields.map(({ field, before, after }) => printable(`  ${field}: ${valueText(before)} → ${valueText(after)}`)),
	];
}

/** Footprints are long. */
const charactersShown = 120;

function valueText(value: unknown): string {
	if (value === null || value === undefined) return "nothing";
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return text.length > charactersShown ? `${text.slice(0, charactersShown)}…` : text;
}
