import type { LucideIcon } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";
import { formatCount } from "#lib/numbers.ts";

export interface Trouble {
	readonly key: string;
	readonly icon: LucideIcon;
	/** Of the icon. */
	readonly tone: string;
	/** Where it is read about and mended. */
	readonly href: string;
	readonly sentence: string;
	/** In small type below it. */
	readonly details: ReactNode;
}

interface TroubleListProps {
	readonly label: string;
	/** Those that matter most first. */
	readonly troubles: readonly Trouble[];
	/** Where all of them are listed. */
	readonly allHref: string;
}

const maxShown = 3;

/** What Health says is wrong: a few lines, and how many more there are. Nothing where there is none. */
export function TroubleList({ label, troubles, allHref }: TroubleListProps) {
	if (troubles.length === 0) return null;
	return (
		<ul aria-label={label} className="space-y-1">
			{troubles.slice(0, maxShown).map(({ key, icon: Icon, tone, href, sentence, details }) => (
				<li key={key} className="flex items-start gap-2">
					<Icon aria-hidden className={cx("mt-0.5 ml-0.5 size-4 shrink-0", tone)} />
					<span className="min-w-0">
						<Link href={href} prefetch={false} className="line-clamp-2 wrap-anywhere hover:underline sm:line-clamp-1">
							{sentence}
						</Link>
						<span className="text-faint text-fine">{details}</span>
					</span>
				</li>
			))}
			{troubles.length > maxShown ? (
				<li className="ml-6.5">
					<Link href={allHref} prefetch={false} className="text-muted hover:underline">
						{formatCount(troubles.length - maxShown)} more
					</Link>
				</li>
			) : null}
		</ul>
	);
}
