"use client";

import { ImageOff } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import { quicklookUrl, useQuicklook } from "./use-quicklook.ts";

interface QuicklookProps {
	/** Of the dataset. */
	readonly version: number | null;
	/** EO ID. */
	readonly id: string;
	readonly className?: string;
}

/** The picture of a dataset; without one, why there is none. */
export function Quicklook({ version, id, className }: QuicklookProps) {
	const none = useQuicklook(version);
	if (none === undefined)
		return (
			<div
				role="status"
				aria-label="The picture is being made"
				className={cx(frame, "animate-pulse bg-raised", className)}
			/>
		);
	if (none !== null || version === null)
		return (
			<p
				className={cx(
					frame,
					"flex flex-col items-center justify-center gap-1 p-3 text-center text-fine text-muted",
					className,
				)}
			>
				<ImageOff aria-hidden className="size-4 text-faint" />
				<span className="max-w-full break-words">No picture: {none}</span>
			</p>
		);
	return (
		// biome-ignore lint/performance/noImgElement: it comes from the catalogue's own route, in the size in which it is shown.
		<img
			src={quicklookUrl(version, "large")}
			alt={`Quick-look of ${id}`}
			className={cx(frame, "bg-raised object-contain", className)}
		/>
	);
}

const frame = "h-48 w-56 max-w-full rounded border";
