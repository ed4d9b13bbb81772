"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { useReturnFocus } from "./use-return-focus.ts";

interface DialogProps {
	readonly open: boolean;
	readonly onOpenChange: (open: boolean) => void;
	readonly title: string;
	/** One sentence below the title. */
	readonly description?: ReactNode;
	readonly wide?: boolean;
	readonly children: ReactNode;
}

const firstField = "input:not([readonly]), select, textarea";

/** Modal; Esc closes it, focus goes back to where it was. It begins in the first field, or on the first button below. */
export function Dialog({ open, onOpenChange, title, description, wide, children }: DialogProps) {
	const { remember, onCloseAutoFocus } = useReturnFocus();
	function onOpenAutoFocus(event: Event) {
		remember();
		const content = event.currentTarget as HTMLElement;
		const first = content.querySelector<HTMLElement>(firstField) ?? content.querySelector<HTMLElement>("footer button");
		if (first === null) return;
		event.preventDefault();
		first.focus();
	}
	return (
		<Radix.Root open={open} onOpenChange={onOpenChange}>
			<Radix.Portal>
				<Radix.Overlay className="fixed inset-0 z-40 bg-black/40 dark:bg-black/60" />
				<Radix.Content
					onOpenAutoFocus={onOpenAutoFocus}
					onCloseAutoFocus={onCloseAutoFocus}
					{...(description === undefined ? { "aria-describedby": undefined } : {})}
					className={cx(
						"fixed top-[8dvh] left-1/2 z-50 flex max-h-[84dvh] w-[calc(100vw-1.5rem)] -translate-x-1/2 flex-col rounded-lg border bg-surface shadow-2xl outline-none",
						wide ? "max-w-3xl" : "max-w-lg",
					)}
				>
					<header className="flex items-start gap-3 border-b px-4 py-3">
						<div className="min-w-0 flex-1">
							<Radix.Title className="font-semibold text-sm">{title}</Radix.Title>
							{description === undefined ? null : (
								<Radix.Description asChild>
									<div className="mt-0.5 text-muted">{description}</div>
								</Radix.Description>
							)}
						</div>
						<Radix.Close asChild>
							<Button variant="quiet" icon aria-label="Close" className="-mt-1 -mr-2">
								<X aria-hidden />
							</Button>
						</Radix.Close>
					</header>
					{children}
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}

/** The part that scrolls. */
export function DialogBody({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
	return <div className={cx("min-h-0 flex-1 overflow-y-auto px-4 py-3", className)}>{children}</div>;
}

/** Buttons, the one that goes on last. */
export function DialogFooter({ children }: { readonly children: ReactNode }) {
	return <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">{children}</footer>;
}
