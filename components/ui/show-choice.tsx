import { cx } from "./cx.ts";

interface ShowChoiceProps<Choice extends string> {
	readonly choices: readonly Choice[];
	readonly chosen: Choice;
	readonly onChoose: (choice: Choice) => void;
}

/** Buttons in a row that say what of a list is shown: one of them at a time. */
export function ShowChoice<Choice extends string>({ choices, chosen, onChoose }: ShowChoiceProps<Choice>) {
	return (
		<fieldset className="flex flex-wrap gap-1">
			<legend className="sr-only">Show</legend>
			{choices.map((each) => (
				<button
					key={each}
					type="button"
					aria-pressed={chosen === each}
					onClick={() => onChoose(each)}
					className={cx(
						"h-7 rounded-md border px-2",
						chosen === each
							? "border-border-strong font-medium"
							: "border-transparent text-muted hover:border-border-strong",
					)}
				>
					{each}
				</button>
			))}
		</fieldset>
	);
}
