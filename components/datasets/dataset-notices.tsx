import { CircleAlert } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { reasonAdvice } from "#components/changes/change-words.ts";
import { exceptionEndText } from "#components/container/exception-end.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { ChangeAction } from "#lib/catalog/inputs.ts";
import type { DatasetDetail } from "#lib/catalog/lives/dataset-detail.ts";

const changeOf: Readonly<Record<ChangeAction, string>> = {
	added: "That its file is added",
	linked: "That it is linked",
	updated: "Its update",
	moved: "Its move",
	removed: "Its removal",
	unlinked: "Its unlinking",
	rejected: "The rejection of its file",
};

/** What is known about a dataset that is not done, or not in order; empty where there is no such thing. */
export function DatasetNotices({
	dataset: { planned, exceptions, containers, standing },
}: {
	readonly dataset: DatasetDetail;
}) {
	return (
		<>
			{standing === "forgotten" ? (
				<Notice tone="bg-raised">
					Its retention time is over: this is all that is kept of it, and it cannot be restored.
				</Notice>
			) : null}
			{planned.map(({ run, action, state, container }) => (
				<Notice key={run} tone="bg-out-of-sync-soft">
					By the plan of{" "}
					<Link href={`/runs/${run}`} className="text-accent underline underline-offset-2">
						run {run}
					</Link>{" "}
					of {container}, which is {state}, it will be {action}.
				</Notice>
			))}
			{exceptions.map(({ id, container, action, until, note, by, at }) => (
				<Notice key={`exception ${id}`} tone="bg-raised">
					{changeOf[action]} is kept out of the plans of{" "}
					<Link
						href={`/containers/${encodeURIComponent(container)}`}
						className="break-all text-accent underline underline-offset-2"
					>
						{container}
					</Link>{" "}
					{exceptionEndText({ action, until })}: “{note}”{" "}
					<span className="text-muted">
						By {by}, <InstantText instant={at} />
					</span>
				</Notice>
			))}
			{containers.flatMap(({ id, rejected, missingSince }) => [
				...(rejected === null
					? []
					: [
							<Notice key={`${id} rejected`} tone="bg-rejected-soft">
								{containers.length > 1 ? `${id}: the` : "The"} file as it is now cannot be used, and the last good state
								stays: {rejected.reason} <span className="text-muted">{reasonAdvice(rejected.code)}</span>
							</Notice>,
						]),
				...(missingSince === null
					? []
					: [
							<Notice key={`${id} missing`} tone="bg-out-of-sync-soft">
								{id}: its file has been missing since <InstantText instant={missingSince} />; it is removed when its
								removal is ripe.
							</Notice>,
						]),
			])}
		</>
	);
}

function Notice({ tone, children }: { readonly tone: string; readonly children: ReactNode }) {
	return (
		<div className={`flex gap-2 rounded-md px-2.5 py-1.5 ${tone}`}>
			<CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
			<p className="min-w-0 break-words">{children}</p>
		</div>
	);
}
