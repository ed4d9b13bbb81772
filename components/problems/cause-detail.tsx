import Link from "next/link";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";
import { formatCount } from "#lib/numbers.ts";

/** Since when, where, what runs said, and the containers. */
export function CauseDetail({ cause }: { readonly cause: CauseView }) {
	const { key, place, containers, examples, messages, firstSeen, lastSeen } = cause;
	return (
		<div className="space-y-3 pl-5">
			<dl className="grid grid-cols-[auto_1fr] gap-x-4 text-fine text-muted">
				<dt>First seen</dt>
				<dd>
					<InstantText instant={firstSeen} />
				</dd>
				<dt>Last seen</dt>
				<dd>
					<InstantText instant={lastSeen} />
				</dd>
				{place === "" ? null : (
					<>
						<dt>Place</dt>
						<dd className="break-all font-mono">
							<bdi>{place}</bdi>
						</dd>
					</>
				)}
				<dt>Key</dt>
				<dd className="break-all font-mono">{key}</dd>
			</dl>
			{messages.length > 0 ? (
				<div className="space-y-1">
					<h3 className="font-medium text-fine">What runs said</h3>
					<ul className="space-y-1">
						{messages.map((message) => (
							<li
								key={message}
								className="whitespace-pre-line break-words rounded bg-raised px-2 py-1 font-mono text-fine"
							>
								{message}
							</li>
						))}
					</ul>
				</div>
			) : null}
			<div className="space-y-1">
				<h3 className="font-medium text-fine">Containers</h3>
				<p className="break-words text-fine">
					{examples.map((id, index) => (
						<span key={id}>
							{index === 0 ? null : ", "}
							<Link
								href={`/containers/${encodeURIComponent(id)}`}
								className="break-all font-mono hover:underline pointer-coarse:inline-block pointer-coarse:py-1"
							>
								{id}
							</Link>
						</span>
					))}
					{containers > examples.length ? ` and ${formatCount(containers - examples.length)} more` : null}
				</p>
				<Link
					href={`/containers?cause=${encodeURIComponent(key)}`}
					className="inline-block text-accent text-fine hover:underline pointer-coarse:py-1"
				>
					Show {containers === 1 ? "it" : `all ${formatCount(containers)}`} in the list of containers
				</Link>
			</div>
		</div>
	);
}
