import { Globe, KeyRound, Lock, Triangle } from "lucide-react";
import type { ReactNode } from "react";
import { May } from "#components/access/user-context.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { Progress } from "#components/ui/states/progress.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { ContainerDetail, PublicationView } from "#lib/catalog/read-models/container-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

export interface ServedAt {
	readonly origin: string;
	/** `EOSYNC_URL` says so; else it is this machine's own address. */
	readonly isStated: boolean;
}

interface PublishCardProps {
	readonly container: Pick<ContainerDetail, "id" | "publication">;
	/** Where others reach eosync. */
	readonly address: ServedAt;
	readonly onSettings: () => void;
	/** Whether others followed. */
	readonly children?: ReactNode;
}

const readers: Readonly<Record<StacAccess, { readonly Icon: typeof Globe; readonly text: string }>> = {
	off: { Icon: Lock, text: "Not published" },
	token: { Icon: KeyRound, text: "With a token" },
	public: { Icon: Globe, text: "For everyone" },
};

/** Whether and where others read the container, and how far that is in step. */
export function PublishCard({
	container: { id, publication },
	address: { origin, isStated },
	onSettings,
	children,
}: PublishCardProps) {
	const { stac, items, filling, lastChange } = publication;
	const { Icon, text } = readers[stac];
	const address = `${origin}/stac/collections/${encodeURIComponent(id)}`;
	return (
		<section aria-labelledby="publish-heading" className="rounded-md border bg-surface px-4 py-3">
			<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
				<h2 id="publish-heading" className="font-semibold">
					Publish
				</h2>
				<p className="flex items-center gap-1.5">
					<Icon aria-hidden className="size-4 text-faint" />
					{text}
				</p>
				{stac === "off" ? null : (
					<>
						<p className="min-w-0">
							<a href={address} className="sr-only focus:not-sr-only">
								Open the collection
							</a>
							<Copyable text={address} label="address" />
						</p>
						<p className="text-muted">{formatPlural(items, "item")}</p>
						<InStep publication={publication} />
						{lastChange === null ? null : (
							<p className="text-muted">
								last change <RelativeTime instant={lastChange.at} />
							</p>
						)}
					</>
				)}
				<May act="containers.update">
					<button
						type="button"
						onClick={onSettings}
						className="ml-auto text-fine text-muted underline hover:text-text pointer-coarse:py-1"
					>
						{stac === "off" ? "Publish by the STAC API …" : "Change …"}
					</button>
				</May>
			</div>
			{filling === null ? null : (
				<div className="mt-2 space-y-1">
					<Progress label={`Publication of ${id}`} done={filling.done} total={filling.total} />
					<p className="text-fine text-muted">
						{stac === "off" ? "Its items are being taken back." : progressText(filling)}
					</p>
				</div>
			)}
			{filling?.error ? (
				<Warning>
					It does not go on: {filling.error} It is tried again every minute; a full re-read of its files may mend it.
				</Warning>
			) : null}
			{stac !== "off" && !isStated ? (
				<Warning>
					<code>EOSYNC_URL</code> is not set: from other machines the links in these documents lead nowhere.
				</Warning>
			) : null}
			{children}
		</section>
	);
}

function InStep({ publication: { filling } }: { readonly publication: PublicationView }) {
	if (filling === null) return <p className="text-in-sync">up to date</p>;
	const behind = filling.total === null ? null : Math.max(0, filling.total - filling.done);
	return <p className="text-out-of-sync">{behind === null ? "being compared" : `${formatCount(behind)} to go`}</p>;
}

function progressText({ done, total }: NonNullable<PublicationView["filling"]>): string {
	return `${formatCount(done)}${total === null ? "" : ` of ${formatCount(total)}`} datasets are compared with what is served.`;
}

function Warning({ children }: { readonly children: ReactNode }) {
	return (
		<p className="mt-2 flex items-start gap-1.5 text-fine text-out-of-sync">
			<Triangle aria-hidden className="mt-0.5 size-3.5 shrink-0" />
			<span className="min-w-0 break-words">{children}</span>
		</p>
	);
}
