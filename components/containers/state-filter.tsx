import { FileX } from "lucide-react";
import type { RefObject } from "react";
import { containerLooks } from "#components/state.tsx";
import { tones } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { Input } from "#components/ui/form/input.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Spinner } from "#components/ui/spinner.tsx";
import { needsPerson, type StateChoice, stateChoices } from "./container-order.ts";

interface StateFilterProps {
	/** null while not all containers are here. */
	readonly counts: ReadonlyMap<StateChoice, number> | null;
	readonly total: number;
	readonly state: StateChoice | null;
	readonly onState: (state: StateChoice | null) => void;
	readonly search: string;
	readonly onSearch: (search: string) => void;
	readonly searchInput: RefObject<HTMLInputElement | null>;
}

/** The overview: how many containers are in each state. States that need a person are in colour. */
export function StateFilter({ counts, total, state, onState, search, onSearch, searchInput }: StateFilterProps) {
	const present = stateChoices.filter((each) => (counts?.get(each) ?? 0) > 0 || each === state);
	return (
		<div className="flex flex-wrap items-center gap-x-2 gap-y-2">
			<Input
				ref={searchInput}
				type="search"
				aria-label="Search containers"
				placeholder="Search ID or title"
				value={search}
				onChange={(event) => onSearch(event.target.value)}
				onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
				className="w-full! sm:w-60!"
			/>
			<fieldset className="flex flex-wrap items-center gap-1">
				<legend className="sr-only">Filter by state</legend>
				{counts === null ? <span className="text-muted">{formatPlural(total, "container")}</span> : null}
				{present.map((each) => (
					<StateChip
						key={each}
						state={each}
						count={counts?.get(each) ?? 0}
						pressed={each === state}
						onPress={() => onState(each === state ? null : each)}
					/>
				))}
			</fieldset>
		</div>
	);
}

const rejectedLook = { icon: FileX, tone: "failed" } as const;

interface StateChipProps {
	readonly state: StateChoice;
	readonly count: number;
	readonly pressed: boolean;
	readonly onPress: () => void;
}

function StateChip({ state, count, pressed, onPress }: StateChipProps) {
	const { icon: Icon, tone } = state === "rejected" ? rejectedLook : containerLooks[state];
	return (
		<button
			type="button"
			aria-pressed={pressed}
			onClick={onPress}
			className={cx(
				"inline-flex h-7 items-center gap-1.5 rounded-md border px-2 [&_svg]:size-3.5",
				state === "rejected" || needsPerson(state) ? tones[tone] : "bg-surface text-muted",
				pressed ? "border-current font-medium" : "border-transparent hover:border-border-strong",
			)}
		>
			{Icon === null ? <Spinner /> : <Icon aria-hidden strokeWidth={2.25} />}
			<span className="font-semibold">{formatCount(count)}</span> {state}
		</button>
	);
}
