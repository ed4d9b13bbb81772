"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { HealthNumbers } from "#lib/catalog/health/health-numbers.ts";

/** What the sentence above them is made of, each with a link to where it is listed. */
export function NumberTiles({ numbers }: { readonly numbers: HealthNumbers }) {
	const { differences, rejected, waiting, oldest, neverSeen } = numbers;
	return (
		<ul aria-label="Numbers" className="grid grid-cols-2 gap-2 lg:grid-cols-4">
			<Tile href="/?view=list&sort=-differences" name="Files out of step" attention={differences > 0}>
				{formatCount(differences)}
			</Tile>
			<Tile href="/containers?state=rejected" name="Rejected files" attention={rejected > 0}>
				{formatCount(rejected)}
			</Tile>
			<Tile href="/containers?state=held" name="Waiting for a person" attention={waiting > 0}>
				{formatCount(waiting)}
			</Tile>
			<Tile
				href="/?view=list&sort=asOf"
				name="Oldest unverified"
				attention={false}
				hint={neverSeen > 0 ? `${formatPlural(neverSeen, "container")} never seen completely` : oldest?.id}
			>
				{oldest === null ? "never" : <RelativeTime instant={oldest.asOf} />}
			</Tile>
		</ul>
	);
}

interface TileProps {
	readonly href: string;
	readonly name: string;
	/** Something should be done about it. */
	readonly attention: boolean;
	readonly hint?: string | undefined;
	readonly children: ReactNode;
}

function Tile({ href, name, attention, hint, children }: TileProps) {
	return (
		<li className="min-w-0">
			<Link
				href={href}
				prefetch={false}
				className="flex h-full min-w-0 flex-col rounded-md border bg-surface px-3 py-2 hover:border-border-strong"
			>
				<span className="text-faint text-fine">{name}</span>
				<span className={cx("font-semibold text-xl", attention ? "text-text" : "text-muted")}>{children}</span>
				{hint === undefined ? null : (
					<span title={hint} className="truncate text-faint text-fine">
						{hint}
					</span>
				)}
			</Link>
		</li>
	);
}
