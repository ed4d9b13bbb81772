"use client";

import { ChevronDown } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useUser } from "#components/access/user-context.tsx";
import { ProblemCount } from "#components/problems/problem-count.tsx";
import { RejectionCount } from "#components/rejections/rejection-count.tsx";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Menu, MenuLink } from "#components/ui/menu.tsx";
import { may, type Permission, type Role } from "#lib/access/permissions.ts";

interface NavigationPage {
	readonly href: string;
	readonly label: string;
	/** The permission for the page, when not all users may see it. */
	readonly act?: Permission;
}

/** In the order of the menu; a new page gets its line here. */
const pages: readonly NavigationPage[] = [
	{ href: "/", label: "Health" },
	{ href: "/containers", label: "Containers" },
	{ href: "/search", label: "Search" },
	{ href: "/runs", label: "Runs" },
	{ href: "/problems", label: "Problems" },
	{ href: "/rejections", label: "Rejections" },
	{ href: "/schedules", label: "Schedules" },
	{ href: "/storages", label: "Storages" },
	{ href: "/targets", label: "Targets" },
	{ href: "/users", label: "Users", act: "users.read" },
	{ href: "/audit", label: "Audit log", act: "audit.read" },
	{ href: "/settings", label: "Settings" },
];

/** The pages that a role has. */
export function pagesFor(role: Role): readonly NavigationPage[] {
	return pages.filter(({ act }) => act === undefined || may(role, act));
}

/** Side by side where all of them have room; else in a menu whose button says where one is. */
export function Navigation() {
	const path = usePathname();
	const { role } = useUser();
	const shown = pagesFor(role);
	const here = shown.find(({ href }) => path === href || path.startsWith(`${href}/`));
	return (
		<nav aria-label="Main" className="min-w-0">
			<div className="hidden items-center gap-0.5 xl:flex">
				{shown.map(({ href, label }) => (
					<Link
						key={href}
						href={href}
						aria-current={href === here?.href ? "page" : undefined}
						className={cx(
							"flex h-7 items-center rounded-md px-2.5",
							href === here?.href ? "bg-raised font-medium text-text" : "text-muted hover:text-text",
						)}
					>
						{label}
						{href === "/problems" ? <ProblemCount /> : null}
						{href === "/rejections" ? <RejectionCount /> : null}
					</Link>
				))}
			</div>
			<div className="xl:hidden">
				<Menu
					align="start"
					trigger={
						<Button variant="quiet" className="text-text!">
							<span className="sr-only">Pages, now: </span>
							{here?.label ?? "Pages"}
							<ChevronDown aria-hidden className="text-muted" />
						</Button>
					}
				>
					{shown.map(({ href, label }) => (
						<MenuLink key={href} href={href} current={href === here?.href}>
							{label}
							{href === "/problems" ? <ProblemCount /> : null}
							{href === "/rejections" ? <RejectionCount /> : null}
						</MenuLink>
					))}
				</Menu>
			</div>
		</nav>
	);
}
