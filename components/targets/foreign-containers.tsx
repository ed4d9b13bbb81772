"use client";

import { useQuery } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import Link from "next/link";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { fromFolderHref } from "#components/onboarding/from-folder-address.ts";
import { targetApi } from "#components/targets/differences/use-differences.ts";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { ForeignContainer } from "#lib/targets/check/foreign-containers.ts";

interface ForeignContainersProps {
	/** Name. */
	readonly target: string;
	/** The check that found them. */
	readonly push: number;
}

/** Containers that may be made of what is registered there and nowhere here; they then take it over as it is. */
export function ForeignContainers({ target, push }: ForeignContainersProps) {
	const { data, error, refetch } = useQuery({
		queryKey: queryKeys.target(target, "foreign", push),
		queryFn: ({ signal }) =>
			fetchJson<readonly ForeignContainer[]>(`${targetApi(target)}/foreign?push=${push}`, { signal }),
	});
	if (error)
		return (
			<ErrorState title="What may be made of them could not be loaded" onRetry={() => void refetch()}>
				{error.message}
			</ErrorState>
		);
	if (data === undefined) return <SkeletonRows rows={2} />;
	if (data.length === 0)
		return (
			<p className="text-muted">
				None of their files is in a storage of this catalogue as it is mapped: add the storage, or say in the target's
				settings where it is for the other side.
			</p>
		);
	return (
		<section aria-labelledby="foreign-heading" className="space-y-1.5">
			<h3 id="foreign-heading" className="font-semibold">
				Containers that may be made of them
			</h3>
			<p className="text-muted">
				Add a container from a folder, sync it, and <b>Adopt</b>: what is registered there is taken over as it is.
			</p>
			<ul
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
				tabIndex={0}
				aria-label="Containers to be"
				className="max-h-80 divide-y overflow-y-auto rounded-md border bg-surface"
			>
				{data.slice(0, most).map((one) => (
					<Offer key={one.id} offer={one} />
				))}
			</ul>
			{data.length > most ? (
				<p className="text-muted">
					{formatPlural(data.length - most, "more is", "more are")} not shown: add these first.
				</p>
			) : null}
		</section>
	);
}

/** So many are shown. */
const most = 200;

function Offer({ offer: { id, title, kind, source, coverages, others } }: { readonly offer: ForeignContainer }) {
	const place = `${source.storage}:/${source.path}`;
	return (
		<li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
			<span className="min-w-0 flex-1 basis-48">
				<span className="break-all font-medium">{title}</span>{" "}
				<span className="text-faint text-fine">{kind === "dataset-series" ? "dataset series" : "stitched mosaic"}</span>
				<br />
				<span className="break-all font-mono text-fine text-muted">{place}</span>
			</span>
			<span className="text-muted tabular-nums">
				{formatPlural(coverages, "coverage")}
				{others === 0 ? "" : `, and ${formatCount(others)} of others`}
			</span>
			<May act="containers.create">
				<Button asChild variant="quiet">
					<Link href={fromFolderHref(source.storage, source.path)} aria-label={`Add ${id} from ${place}`}>
						<FolderPlus aria-hidden />
						Add from this folder
					</Link>
				</Button>
			</May>
		</li>
	);
}
