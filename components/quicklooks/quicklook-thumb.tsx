"use client";

import { useEffect, useState } from "react";
import { quicklookUrl } from "./use-quicklook.ts";

/** A row that is scrolled past asks for nothing. */
const restMs = 400;

/** The small picture of a dataset in a list; nothing where there is none. */
export function QuicklookThumb({ version }: { readonly version: number | null }) {
	const [isResting, setResting] = useState(false);
	const [failed, setFailed] = useState<number | null>(null);
	useEffect(() => {
		const timer = setTimeout(() => setResting(true), restMs);
		return () => clearTimeout(timer);
	}, []);
	return (
		<span
			aria-hidden
			className="flex h-5 w-7 shrink-0 items-center justify-center overflow-hidden rounded-xs bg-raised"
		>
			{version === null || !isResting || failed === version ? null : (
				// biome-ignore lint/performance/noImgElement: it comes from the catalogue's own route, in the size in which it is shown.
				<img
					src={quicklookUrl(version, "small")}
					alt=""
					loading="lazy"
					className="size-full object-cover"
					onError={() => setFailed(version)}
				/>
			)}
		</span>
	);
}
