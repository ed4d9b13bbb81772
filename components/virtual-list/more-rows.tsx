import type { ReactNode } from "react";
import { Spinner } from "#components/ui/states/spinner.tsx";

interface MoreRowsProps {
	readonly isFetching: boolean;
	/** What comes: `Older runs`. */
	readonly children: ReactNode;
}

/** Below the last row while further ones are read. */
export function MoreRows({ isFetching, children }: MoreRowsProps) {
	if (!isFetching) return null;
	return (
		<p role="status" className="flex h-8 items-center gap-2 px-3 text-muted">
			<Spinner /> {children}
		</p>
	);
}
