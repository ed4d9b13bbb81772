"use client";

import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";

export function Menu({ trigger, children }: { readonly trigger: ReactElement; readonly children: ReactNode }) {
	return (
		<Radix.Root>
			<Radix.Trigger asChild>{trigger}</Radix.Trigger>
			<Radix.Portal>
				<Radix.Content
					align="end"
					sideOffset={4}
					collisionPadding={8}
					className="z-50 min-w-48 max-w-80 rounded-md border bg-surface p-1 shadow-lg"
				>
					{children}
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}

interface MenuItemProps {
	readonly onSelect: () => void;
	readonly disabled?: boolean;
	readonly danger?: boolean;
	/** A second line that says what it does. */
	readonly hint?: string;
	readonly children: ReactNode;
}

export function MenuItem({ onSelect, disabled = false, danger, hint, children }: MenuItemProps) {
	return (
		<Radix.Item
			onSelect={onSelect}
			disabled={disabled}
			className={cx(
				"cursor-pointer select-none rounded px-2 py-1.5 outline-none data-[disabled]:cursor-not-allowed data-[highlighted]:bg-raised data-[disabled]:opacity-50",
				danger && "text-failed",
			)}
		>
			<span className="flex items-center gap-2 [&_svg]:size-3.5">{children}</span>
			{hint ? <span className="mt-0.5 block text-fine text-muted">{hint}</span> : null}
		</Radix.Item>
	);
}
