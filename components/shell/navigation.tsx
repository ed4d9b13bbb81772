"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cx } from "../ui/cx.ts";

export const pages = [
	{ href: "/containers", label: "Containers" },
	{ href: "/runs", label: "Runs" },
	{ href: "/storages", label: "Storages" },
	{ href: "/settings", label: "Settings" },
] as const;

export function Navigation() {
	const path = usePathname();
	return (
		<nav aria-label="Main" className="flex min-w-0 items-center gap-0.5 overflow-x-auto">
			{pages.map(({ href, label }) => {
				const here = path === href || path.startsWith(`${href}/`);
				return (
					<Link
						key={href}
						href={href}
						aria-current={here ? "page" : undefined}
						className={cx(
							"flex h-7 items-center rounded-md px-1.5 sm:px-2.5",
							here ? "bg-raised font-medium text-text" : "text-muted hover:text-text",
						)}
					>
						{label}
					</Link>
				);
			})}
		</nav>
	);
}
