"use client";

import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { lookupTable } from "#lib/lookup-table.ts";
import type { GeoBounds } from "./bounds.ts";
import { useSize } from "./use-size.ts";
import { fitView, type MapSize, type MapView, type Pixel, panView, zoomView } from "./view.ts";

export interface MapMotion {
	/** null until the element has a size. */
	readonly view: MapView | null;
	readonly size: MapSize;
	/** Between two frames of a movement: draw quickly. */
	readonly moving: boolean;
	readonly showAll: () => void;
	readonly zoom: (factor: number) => void;
	readonly handlers: {
		readonly onPointerDown: (event: PointerEvent) => void;
		readonly onPointerMove: (event: PointerEvent) => void;
		readonly onPointerUp: (event: PointerEvent) => void;
		readonly onPointerCancel: (event: PointerEvent) => void;
		readonly onKeyDown: (event: KeyboardEvent) => void;
	};
	/** Whether the pointer went so far since it was pressed that its release is no click. */
	readonly dragged: () => boolean;
}

/** Wheel, drag, pinch and keys move the view; until one of them did, it keeps fitting `bounds`. */
export function useMapView(element: RefObject<HTMLElement | null>, bounds: GeoBounds | null): MapMotion {
	const size = useSize(element);
	const [view, setView] = useState<MapView | null>(null);
	const [moving, setMoving] = useState(false);
	const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
	const own = useRef(false);
	const pointers = useRef(new Map<number, Pixel>());
	const way = useRef(0);

	const { west, south, east, north } = bounds ?? { west: null, south: null, east: null, north: null };
	useEffect(() => {
		if (size.width === 0 || own.current) return;
		setView(fitView(west === null ? null : { west, south, east, north }, size));
	}, [size, west, south, east, north]);

	function move(change: (view: MapView) => MapView) {
		own.current = true;
		setView((current) => current && change(current));
		setMoving(true);
		clearTimeout(settle.current);
		settle.current = setTimeout(() => setMoving(false), 160);
	}

	const onWheel = useRef<(event: WheelEvent) => void>(undefined);
	onWheel.current = (event) => {
		event.preventDefault();
		const box = element.current?.getBoundingClientRect();
		const lines = event.deltaMode === 1 ? 16 : 1;
		if (box)
			move((now) =>
				zoomView(now, size, 2 ** (-event.deltaY * lines * 0.004), {
					x: event.clientX - box.left,
					y: event.clientY - box.top,
				}),
			);
	};
	useEffect(() => {
		const target = element.current;
		const listener = (event: WheelEvent) => onWheel.current?.(event);
		// React's own wheel listeners are passive: the page would scroll along.
		target?.addEventListener("wheel", listener, { passive: false });
		return () => target?.removeEventListener("wheel", listener);
	}, [element]);

	function onPointerMove(event: PointerEvent) {
		const before = pointers.current.get(event.pointerId);
		if (before === undefined) return;
		const after = { x: event.clientX, y: event.clientY };
		const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
		pointers.current.set(event.pointerId, after);
		way.current += Math.hypot(after.x - before.x, after.y - before.y);
		if (other === undefined) {
			move((now) => panView(now, size, { x: after.x - before.x, y: after.y - before.y }));
			return;
		}
		const box = element.current?.getBoundingClientRect();
		const factor =
			Math.hypot(after.x - other.x, after.y - other.y) /
			Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
		if (box) move((now) => zoomView(now, size, factor, { x: other.x - box.left, y: other.y - box.top }));
	}

	const zoom = (factor: number) =>
		move((now) => zoomView(now, size, factor, { x: size.width / 2, y: size.height / 2 }));
	const showAll = () => {
		own.current = false;
		setView(fitView(bounds, size));
	};
	const release = (event: PointerEvent) => pointers.current.delete(event.pointerId);
	return {
		view,
		size,
		moving,
		showAll,
		zoom,
		dragged: () => way.current > 4,
		handlers: {
			onPointerDown: (event) => {
				if (pointers.current.size === 0) way.current = 0;
				pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
				event.currentTarget.setPointerCapture(event.pointerId);
			},
			onPointerMove,
			onPointerUp: release,
			onPointerCancel: release,
			onKeyDown: (event) => {
				const action = keyActions[event.key];
				if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
				event.preventDefault();
				action({ zoom, showAll, pan: (x, y) => move((now) => panView(now, size, { x, y })) });
			},
		},
	};
}

interface KeyTools {
	readonly zoom: (factor: number) => void;
	readonly showAll: () => void;
	readonly pan: (x: number, y: number) => void;
}

const keyActions = lookupTable<(tools: KeyTools) => void>({
	ArrowLeft: ({ pan }) => pan(60, 0),
	ArrowRight: ({ pan }) => pan(-60, 0),
	ArrowUp: ({ pan }) => pan(0, 60),
	ArrowDown: ({ pan }) => pan(0, -60),
	"+": ({ zoom }) => zoom(1.6),
	"=": ({ zoom }) => zoom(1.6),
	"-": ({ zoom }) => zoom(1 / 1.6),
	"0": ({ showAll }) => showAll(),
});
