import Link from "next/link";
import type { Ref } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { truncateMiddle } from "#components/ui/format.ts";
import { Cell, listRowClasses, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { AuditView } from "#lib/access/audit/audit-log.ts";
import { actionWords, objectHref, viaWords } from "./audit-words.ts";

export const auditColumns =
	"grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_5rem] sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_minmax(0,1fr)_5rem_5.5rem] lg:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_minmax(0,1.2fr)_5rem_12rem_5.5rem]";

interface AuditRowProps {
	/** Measures it: on a narrow screen it has two lines. */
	readonly ref: Ref<HTMLDivElement>;
	readonly entry: AuditView;
	readonly index: number;
	readonly top: number;
	readonly active: boolean;
	readonly onOpen: () => void;
}

export function AuditRow({ ref, entry, index, top, active, onOpen }: AuditRowProps) {
	const { actor, token, action, outcome, address, via, at } = entry;
	return (
		<VirtualRow ref={ref} index={index} top={top} className={cx(listRowClasses, auditColumns)}>
			<Cell className="truncate" title={whoWords(entry)}>
				{actor === "" ? <span className="text-faint">not signed in</span> : actor}
				{token === null ? null : <span className="ml-1.5 text-faint text-fine">{token}</span>}
			</Cell>
			<Cell className="truncate">
				<button
					type="button"
					data-line
					tabIndex={active ? 0 : -1}
					className="max-w-full truncate text-left font-medium after:absolute after:inset-0"
					title={action}
					onClick={onOpen}
				>
					{actionWords(action)}
				</button>
			</Cell>
			<Cell className="relative z-10 truncate max-sm:col-span-2 max-sm:row-start-2">
				<AuditObject entry={entry} />
			</Cell>
			<Cell className="max-sm:col-start-3 max-sm:row-start-1">
				<OutcomeBadge outcome={outcome} />
			</Cell>
			<Cell className="hidden truncate text-muted lg:block">
				{viaWords[via]}
				{address === null ? null : <span className="ml-1.5 font-mono text-fine">{address}</span>}
			</Cell>
			<Cell className="text-muted max-sm:col-start-3 max-sm:row-start-2 sm:text-right">
				<RelativeTime instant={at} />
			</Cell>
		</VirtualRow>
	);
}

export function whoWords({ actor, token }: Pick<AuditView, "actor" | "token">): string {
	return `${actor || "not signed in"}${token === null ? "" : `, with the token ${token}`}`;
}

export function AuditObject({ entry: { objectKind, object } }: { readonly entry: AuditView }) {
	if (object === null) return null;
	const href = objectHref(objectKind, object);
	const name = truncateMiddle(object, 40);
	return (
		<>
			<span className="mr-1.5 text-faint text-fine">{objectKind}</span>
			{href === null ? (
				<span title={object}>{name}</span>
			) : (
				<Link
					href={href}
					title={object}
					className="inline-block min-w-6 max-w-full truncate align-bottom hover:underline pointer-coarse:py-1"
				>
					{name}
				</Link>
			)}
		</>
	);
}

export function OutcomeBadge({ outcome }: Pick<AuditView, "outcome">) {
	const tone = outcome === "done" ? "in-sync" : outcome === "failed" ? "failed" : "out-of-sync";
	return <Badge tone={tone}>{outcome === "begun" ? "outcome unknown" : outcome}</Badge>;
}
