import type { ReactNode } from "react";
import type { ChangeView, TreeFolder } from "#lib/catalog/read-models/change-view.ts";

/** Controls that stand before the rows, folders and tree lines of the changes, such as boxes to tick. */
export interface ChangeControls {
	/** What they are for, a sentence. */
	readonly hint: string;
	readonly header: ReactNode;
	readonly ofFolder: (directory: string) => ReactNode;
	readonly ofChange: (change: ChangeView) => ReactNode;
	readonly ofTreeFolder: (folder: TreeFolder) => ReactNode;
	/** What stands below a row, such as why its box moved along with another one. */
	readonly noteOf: (change: ChangeView) => string | null;
}
