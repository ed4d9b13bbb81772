import type { ReactNode } from "react";

export function FormSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
	return (
		<section className="rounded-md border bg-surface">
			<h2 className="border-b px-4 py-2 font-medium">{title}</h2>
			<div className="p-4">{children}</div>
		</section>
	);
}
