import { Command } from "cmdk";
import type { ReactNode } from "react";

/** Items of a kind, under their heading. */
export function CommandGroup({
	heading,
	show,
	children,
}: {
	readonly heading: string;
	readonly show: boolean;
	readonly children: ReactNode;
}) {
	if (!show) return null;
	return (
		<Command.Group
			heading={heading}
			className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-fine"
		>
			{children}
		</Command.Group>
	);
}

interface ItemProps {
	readonly value: string;
	readonly icon: ReactNode;
	readonly onSelect: () => void;
	readonly children: ReactNode;
}

/** One line of the command menu. */
export function CommandItem({ value, icon, onSelect, children }: ItemProps) {
	return (
		<Command.Item
			value={value}
			onSelect={onSelect}
			className="flex h-8 cursor-pointer items-center gap-2 rounded px-2.5 data-[selected=true]:bg-raised [&>svg]:size-3.5 [&>svg]:shrink-0 [&>svg]:text-faint"
		>
			{icon}
			{children}
		</Command.Item>
	);
}
