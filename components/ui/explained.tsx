"use client";

import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface ExplainedProps {
	/** In words; also in the title, for those who point at it. */
	readonly text: string;
	/** A badge. */
	readonly children: ReactNode;
}

/** Something short that says more when it is pressed: by a finger and by the keyboard, too. */
export function Explained({ text, children }: ExplainedProps) {
	return (
		<Radix.Root>
			<Radix.Trigger title={text} className="touch-target relative z-10 rounded">
				{children}
			</Radix.Trigger>
			<Radix.Portal>
				<Radix.Content
					sideOffset={4}
					collisionPadding={8}
					className="z-50 max-h-[60dvh] max-w-80 overflow-y-auto break-words rounded-md border bg-surface px-3 py-2 shadow-lg outline-none"
				>
					{text}
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}
