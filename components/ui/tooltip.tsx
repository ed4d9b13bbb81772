"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

export const TooltipProvider = Radix.Provider;

/** Says more on hover and focus; the trigger must make sense without it. */
export function Tooltip({ content, children }: { readonly content: ReactNode; readonly children: ReactElement }) {
	return (
		<Radix.Root>
			<Radix.Trigger asChild>{children}</Radix.Trigger>
			<Radix.Portal>
				<Radix.Content
					sideOffset={4}
					collisionPadding={8}
					className="z-50 max-w-80 rounded-md border bg-surface px-2 py-1 text-fine text-text shadow-lg"
				>
					{content}
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}
