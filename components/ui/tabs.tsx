"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { mayLeave } from "#components/ui/form/unsaved.ts";

interface TabsProps<T extends string> {
	readonly label: string;
	readonly value: T;
	readonly onChange: (value: T) => void;
	readonly tabs: readonly { readonly value: T; readonly label: string; readonly count?: ReactNode }[];
	/** The chosen tab's panel. */
	readonly children: ReactNode;
}

export function Tabs<T extends string>({ label, value, onChange, tabs, children }: TabsProps<T>) {
	return (
		<Radix.Root value={value} onValueChange={(next) => mayLeave() && onChange(next as T)} activationMode="manual">
			<Radix.List
				aria-label={label}
				className="flex overflow-x-auto overflow-y-hidden border-b [scrollbar-width:none] sm:gap-1"
			>
				{tabs.map((tab) => (
					<Radix.Trigger
						key={tab.value}
						value={tab.value}
						className="-mb-px -outline-offset-2 flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 px-1.5 text-muted sm:px-2.5 hover:text-text data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text"
					>
						{tab.label}
						{tab.count === undefined ? null : (
							<span className="text-faint text-fine max-sm:hidden" aria-hidden>
								{tab.count}
							</span>
						)}
					</Radix.Trigger>
				))}
			</Radix.List>
			<Radix.Content value={value} className="pt-4 outline-offset-4">
				{children}
			</Radix.Content>
		</Radix.Root>
	);
}
