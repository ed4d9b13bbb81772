import { LoaderCircle } from "lucide-react";
import { isMarked, type Marked } from "#components/containers/container-marks.tsx";
import { orderedStates } from "#components/containers/container-order.ts";
import { containerLooks } from "#components/state.tsx";
import type { Tone } from "#components/ui/badge.tsx";
import type { ContainerState, ContainerView } from "#lib/catalog/read-models/container-view.ts";

/** Every state's icon once, as everywhere; thousands of cells refer to it. */
export function CellIcons() {
	return (
		<svg aria-hidden className="absolute size-0">
			{orderedStates.map((state) => {
				const Icon = containerLooks[state].icon ?? LoaderCircle;
				return (
					<symbol key={state} id={iconOf(state)} viewBox="0 0 24 24">
						<Icon width={24} height={24} strokeWidth={3} />
					</symbol>
				);
			})}
		</svg>
	);
}

export function iconOf(state: ContainerState): string {
	return `cell-${state.replaceAll(" ", "-")}`;
}

type Celled = Marked & Pick<ContainerView, "state" | "differences">;

/** As in `ContainerStateLabel`: what has rejected files, or another mark, is not plainly in sync. */
export function toneOf(container: Celled): Tone {
	const { state } = container;
	return state === "in sync" && isMarked(container) ? "out-of-sync" : containerLooks[state].tone;
}

/** Percent of the state's colour: none, then one step per factor of ten. From `solid` on the icon has the page's colour. */
const intensities = [10, 22, 36, 78, 100] as const;
const solid = 50;

/** How strong a cell's colour is: by the number of files that are not in the catalogue as the archive has them. */
export function intensityOf({ differences, rejected }: Celled): {
	readonly percent: number;
	readonly isSolid: boolean;
} {
	const files = differences + rejected;
	const step = files === 0 ? 0 : Math.min(intensities.length - 1, 1 + Math.floor(Math.log10(files)));
	const percent = intensities[step] ?? 100;
	return { percent, isSolid: percent > solid };
}
