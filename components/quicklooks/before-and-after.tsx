"use client";

import { useId, useState } from "react";
import { Quicklook } from "./quicklook.tsx";
import { quicklookUrl, useQuicklook } from "./use-quicklook.ts";

interface BeforeAndAfterProps {
	/** Versions of the dataset. */
	readonly before: number | null;
	readonly after: number | null;
	/** EO ID, or the path of what has none yet. */
	readonly id: string;
}

/** Two pictures of one dataset, one above the other: a slider says how much of each is seen. If there is only one, it is shown alone. */
export function BeforeAndAfter({ before, after, id }: BeforeAndAfterProps) {
	const hasBefore = useQuicklook(before) === null && before !== null;
	const hasAfter = useQuicklook(after) === null && after !== null;
	if (before !== after && hasBefore && hasAfter) return <Compared before={before} after={after} id={id} />;
	if (hasAfter || before === null) return after === null ? null : <Quicklook version={after} id={id} />;
	return <Quicklook version={before} id={id} />;
}

function Compared({ before, after, id }: { readonly before: number; readonly after: number; readonly id: string }) {
	const [percent, setPercent] = useState(50);
	const slider = useId();
	return (
		<figure className="w-56 max-w-full">
			<div className="relative h-48 overflow-hidden rounded border bg-raised">
				{/* biome-ignore lint/performance/noImgElement: it comes from the catalogue's own route, in the size in which it is shown. */}
				<img
					src={quicklookUrl(after, "large")}
					alt={`${id} after the change`}
					className="absolute inset-0 size-full object-contain"
				/>
				{/* biome-ignore lint/performance/noImgElement: as above. */}
				<img
					src={quicklookUrl(before, "large")}
					alt={`${id} before the change`}
					className="absolute inset-0 size-full bg-surface object-contain"
					style={{ clipPath: `inset(0 ${100 - percent}% 0 0)` }}
				/>
				<div aria-hidden className="absolute inset-y-0 w-px bg-accent" style={{ left: `${percent}%` }} />
			</div>
			<figcaption className="mt-1 flex items-center gap-2 text-fine text-muted">
				<span>before</span>
				<label htmlFor={slider} className="sr-only">
					How much is seen of the picture before the change
				</label>
				<input
					id={slider}
					type="range"
					min={0}
					max={100}
					value={percent}
					aria-valuetext={`${percent} % before, ${100 - percent} % after`}
					onChange={({ target }) => setPercent(Number(target.value))}
					className="min-w-0 flex-1 accent-accent"
				/>
				<span>after</span>
			</figcaption>
		</figure>
	);
}
