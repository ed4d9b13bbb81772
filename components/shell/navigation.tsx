"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { may, type Permission, type Role } from "#lib/access/permissions.ts";
import { useUser } from "../access/user-context.tsx";
import { cx } from "../ui/cx.ts";

interface NavigationPage {
	readonly href: string;
	readonly label: string;
	/** What the page is for, when not everybody may see it. */
	readonly act?: Permission;
}

const pages: readonly NavigationPage[] = [
	{ href: "/containers", label: "Containers" },
	{ href: "/runs", label: "Runs" },
	{ href: "/schedules", label: "Schedules" },
	{ href: "/storages", label: "Storages" },
	{ href: "/users", label: "Users", act: "users.read" },
	{ href: "/audit", label: "Audit log", act: "audit.read" },
	{ href: "/settings", label: "Settings" },
];

/** The pages that a role has. */
export function pagesFor(role: Role): readonly NavigationPage[] {
	return pages.filter(({ act }) => act === undefined || may(role, act));
}

export function Navigation() {
	const path = usePathname();
	const { role } = useUser();
	return (
		<nav aria-label="Main" className="flex min-w-0 items-center gap-0.5 overflow-x-auto">
			{pagesFor(role).map(({ href, label }) => {
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
