import type { ReactNode } from "react";

/** Names and values side by side. */
export function SettingsFacts({ children }: { readonly children: ReactNode }) {
	return <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-6 gap-y-2">{children}</dl>;
}

export function SettingsFact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
	return (
		<>
			<dt className="text-faint">{name}</dt>
			<dd className="min-w-0 break-words">{children}</dd>
		</>
	);
}
