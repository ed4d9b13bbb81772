/** A folder that holds changes, in the order of the server's rows. */
export interface FolderRows {
	readonly directory: string;
	/** Changes in this folder (not below it) that match the filter. */
	readonly rows: number;
}

export type LayoutItem<F extends FolderRows> =
	| { readonly kind: "folder"; readonly folder: F }
	/** `row`: its number among all rows that match, which is where the server has it. */
	| { readonly kind: "row"; readonly folder: F; readonly row: number };

export interface FolderLayout<F extends FolderRows> {
	/** Lines on the screen: folders and the rows of those that are open. */
	readonly length: number;
	/** Rows that match, shown or not. */
	readonly rows: number;
	readonly at: (index: number) => LayoutItem<F> | null;
	/** Where a row stands; its folder's line when that is closed. */
	readonly indexOfRow: (row: number) => number;
}

/** Finds the content of each line, for any number of rows, without a list of them. */
export function folderLayout<F extends FolderRows>(
	folders: readonly F[],
	closed: ReadonlySet<string>,
): FolderLayout<F> {
	const firstIndexes: number[] = [];
	const firstRows: number[] = [];
	let length = 0;
	let rows = 0;
	for (const folder of folders) {
		firstIndexes.push(length);
		firstRows.push(rows);
		length += closed.has(folder.directory) ? 1 : 1 + folder.rows;
		rows += folder.rows;
	}
	return {
		length,
		rows,
		at: (index) => {
			if (index < 0 || index >= length) return null;
			const place = lastAtMost(firstIndexes, index);
			const folder = folders[place];
			if (folder === undefined) return null;
			const below = index - (firstIndexes[place] ?? 0) - 1;
			return below < 0 ? { kind: "folder", folder } : { kind: "row", folder, row: (firstRows[place] ?? 0) + below };
		},
		indexOfRow: (row) => {
			const place = lastAtMost(firstRows, row);
			const folder = folders[place];
			const first = firstIndexes[place] ?? 0;
			return folder === undefined || closed.has(folder.directory) ? first : first + 1 + row - (firstRows[place] ?? 0);
		},
	};
}

/** Index of the last of the ascending numbers that is ≤ `value`. */
function lastAtMost(ascending: readonly number[], value: number): number {
	let low = 0;
	let high = ascending.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((ascending[middle] ?? 0) <= value) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** The pages of so many rows that hold the given ones, ascending, each once. */
export function pagesOf(rows: Iterable<number>, pageRows: number): readonly number[] {
	return [...new Set([...rows].map((row) => Math.floor(row / pageRows)))].toSorted((a, b) => a - b);
}
