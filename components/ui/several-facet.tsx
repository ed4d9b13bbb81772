import { ChevronDown } from "lucide-react";
import { formatCount } from "#lib/numbers.ts";
import { Button } from "./button.tsx";
import { cx } from "./cx.ts";
import { Menu, MenuCheck, MenuItem } from "./menu.tsx";

interface SeveralFacetProps {
	readonly label: string;
	readonly any: string;
	/** None: any. */
	readonly values: readonly string[];
	readonly counts: ReadonlyMap<string, number>;
	readonly onChoose: (values: readonly string[]) => void;
}

/** Values to filter by, any number of them together, each with how many there are. Only where there is something to choose. */
export function SeveralFacet({ label, any, values, counts, onChoose }: SeveralFacetProps) {
	const choices = [...new Set([...counts.keys(), ...values])].toSorted();
	if (values.length === 0 && choices.length < 2) return null;
	const word = values.length === 0 ? any : values.join(", ");
	return (
		<Menu
			align="start"
			trigger={
				<Button
					aria-label={`${label}: ${word}`}
					className={cx(
						"max-w-52 justify-between font-normal! max-sm:w-[calc(50%-0.25rem)]",
						values.length === 0 ? "text-muted!" : "border-border-strong! font-medium!",
					)}
				>
					<span className="truncate">{word}</span>
					<ChevronDown aria-hidden />
				</Button>
			}
		>
			{choices.map((choice) => (
				<MenuCheck
					key={choice}
					checked={values.includes(choice)}
					onToggle={() =>
						onChoose(values.includes(choice) ? values.filter((value) => value !== choice) : [...values, choice])
					}
				>
					{choice} ({formatCount(counts.get(choice) ?? 0)})
				</MenuCheck>
			))}
			{values.length === 0 ? null : (
				<div className="mt-1 border-t pt-1">
					<MenuItem onSelect={() => onChoose([])}>{any}</MenuItem>
				</div>
			)}
		</Menu>
	);
}
