import { Select } from "#components/ui/form/input.tsx";
import { formatCount } from "#lib/numbers.ts";
import { cx } from "./cx.ts";

interface FacetProps<V extends string> {
	readonly label: string;
	readonly any: string;
	readonly value: V | null;
	readonly choices: readonly (readonly [V, string])[];
	readonly counts: ReadonlyMap<string, number>;
	/** So many choices must lead somewhere. */
	readonly least?: number;
	readonly onChoose: (value: V | null) => void;
}

/** One of several values to filter by, each with how many there are. Only where there is something to choose. */
export function Facet<V extends string>(props: FacetProps<V>) {
	const { label, any, value, choices, counts, least = 2, onChoose } = props;
	const open = choices.filter(([choice]) => choice === value || (counts.get(choice) ?? 0) > 0);
	if (value === null && open.length < least) return null;
	return (
		<Select
			aria-label={label}
			value={value ?? ""}
			className={cx(
				"w-auto! max-w-52 max-sm:w-[calc(50%-0.25rem)]!",
				value === null ? "text-muted" : "border-border-strong! font-medium",
			)}
			onChange={(event) => onChoose(open.find(([choice]) => choice === event.target.value)?.[0] ?? null)}
		>
			<option value="">{any}</option>
			{open.map(([choice, word]) => (
				<option key={choice} value={choice}>
					{word} ({formatCount(counts.get(choice) ?? 0)})
				</option>
			))}
		</Select>
	);
}
