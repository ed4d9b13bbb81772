"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";

interface WindowRowsOptions {
	readonly count: number;
	readonly keyOf: (index: number) => string | number;
}

/** Virtual rows, a line each on a wide screen, of a table that scrolls with the page. What stands above the table may grow. */
export function useWindowRows({ count, keyOf }: WindowRowsOptions) {
	const body = useRef<HTMLDivElement>(null);
	const [offset, setOffset] = useState(0);
	useLayoutEffect(() => setOffset(body.current?.offsetTop ?? 0));
	const virtual = useWindowVirtualizer({
		count,
		estimateSize: () => 33,
		overscan: 12,
		scrollMargin: offset,
		getItemKey: keyOf,
		initialRect: { width: 1440, height: 900 },
	});
	return { body, offset, virtual };
}
