"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { cx } from "./cx.ts";

interface MenuProps {
	readonly trigger: ReactElement;
	/** The side of the trigger that it is flush with. */
	readonly align?: "start" | "end";
	readonly children: ReactNode;
}

export function Menu({ trigger, align = "end", children }: MenuProps) {
	return (
		<Radix.Root>
			<Radix.Trigger asChild>{trigger}</Radix.Trigger>
			<Radix.Portal>
				<Radix.Content
					align={align}
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

const itemClasses =
	"block select-none rounded px-2 py-1.5 outline-none data-[disabled]:cursor-not-allowed data-[highlighted]:bg-raised data-[disabled]:opacity-50";

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
			className={cx(itemClasses, "cursor-pointer", danger && "text-failed")}
		>
			<span className="flex items-center gap-2 [&_svg]:size-3.5">{children}</span>
			{hint ? <span className="mt-0.5 block text-fine text-muted">{hint}</span> : null}
		</Radix.Item>
	);
}

interface MenuCheckProps {
	readonly checked: boolean;
	readonly onToggle: () => void;
	readonly children: ReactNode;
}

/** One of several that can be chosen together: the menu stays open. */
export function MenuCheck({ checked, onToggle, children }: MenuCheckProps) {
	return (
		<Radix.CheckboxItem
			checked={checked}
			onCheckedChange={onToggle}
			onSelect={(event) => event.preventDefault()}
			className={cx(itemClasses, "flex! cursor-pointer items-center justify-between gap-4", checked && "font-medium")}
		>
			{children}
			{checked ? <Check aria-hidden className="size-3.5 text-muted" /> : null}
		</Radix.CheckboxItem>
	);
}

interface MenuDownloadProps {
	/** Of a route that answers with a file. */
	readonly href: string;
	readonly children: ReactNode;
}

/** A file to save. */
export function MenuDownload({ href, children }: MenuDownloadProps) {
	return (
		<Radix.Item asChild>
			<a href={ownAddress(href)} download className={itemClasses}>
				{children}
			</a>
		</Radix.Item>
	);
}

interface MenuLinkProps {
	readonly href: string;
	/** It is where one is. */
	readonly current: boolean;
	readonly children: ReactNode;
}

/** A link, so that it can also be opened beside what is there. */
export function MenuLink({ href, current, children }: MenuLinkProps) {
	return (
		<Radix.Item asChild>
			<Link
				href={href}
				aria-current={current ? "page" : undefined}
				className={cx(itemClasses, "flex! items-center justify-between gap-4", current && "font-medium")}
			>
				{children}
				{current ? <Check aria-hidden className="size-3.5 text-muted" /> : null}
			</Link>
		</Radix.Item>
	);
}
