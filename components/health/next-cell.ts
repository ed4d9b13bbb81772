interface Placed {
	getBoundingClientRect(): Pick<DOMRect, "left" | "top">;
}

/** The cell that a key leads to: left and right through all of them, up and down to the nearest of the next row. null: to none. */
export function nextCell<Cell extends Placed>(cells: readonly Cell[], from: Cell, key: string): Cell | null {
	const at = cells.indexOf(from);
	switch (key) {
		case "ArrowRight":
			return cells[at + 1] ?? null;
		case "ArrowLeft":
			return cells[at - 1] ?? null;
		case "Home":
			return cells[0] ?? null;
		case "End":
			return cells.at(-1) ?? null;
		case "ArrowDown":
			return nearestInNextRow(cells.slice(at + 1), from);
		case "ArrowUp":
			return nearestInNextRow(cells.slice(0, at).reverse(), from);
		default:
			return null;
	}
}

function nearestInNextRow<Cell extends Placed>(further: readonly Cell[], from: Cell): Cell | null {
	const { left, top } = from.getBoundingClientRect();
	let nearest: Cell | null = null;
	let row: number | null = null;
	let distance = Number.POSITIVE_INFINITY;
	for (const cell of further) {
		const place = cell.getBoundingClientRect();
		if (place.top === top) continue;
		row ??= place.top;
		if (place.top !== row) break;
		const away = Math.abs(place.left - left);
		if (away < distance) {
			nearest = cell;
			distance = away;
		}
	}
	return nearest;
}
