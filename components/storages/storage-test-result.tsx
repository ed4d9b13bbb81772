import { Check, X } from "lucide-react";
import type { StorageTest } from "#lib/catalog/views.ts";
import { cx } from "../ui/cx.ts";
import { formatBytes, formatCount, formatPlural } from "../ui/format.ts";

/** What *Test* found: whether it can be reached, and the first names. */
export function StorageTestResult({ test }: { readonly test: StorageTest }) {
	const Icon = test.ok ? Check : X;
	return (
		<div
			role="status"
			className={cx("space-y-2 rounded-md border px-3 py-2", test.ok ? "border-in-sync/40" : "border-failed/40")}
		>
			<p className={cx("flex items-start gap-1.5", test.ok ? "text-in-sync" : "text-failed")}>
				<Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" strokeWidth={2.5} />
				<span className="min-w-0 break-words">{test.message}</span>
			</p>
			{test.ok ? (
				<p className="text-muted text-fine">
					{formatPlural(test.folders, "folder")}, {formatPlural(test.files, "file")} in {formatCount(test.milliseconds)}{" "}
					ms
				</p>
			) : null}
			{test.matches.length > 0 ? (
				<ul aria-label="First matches" className="divide-y border-t font-mono text-fine">
					{test.matches.map(({ path, metadata, size }) => (
						<li key={path} className="flex flex-wrap items-baseline gap-x-3 py-1">
							<span className="min-w-0 break-all">{path}</span>
							{metadata.length > 0 ? <span className="break-all text-muted">with {metadata.join(", ")}</span> : null}
							<span className="ml-auto text-faint" title={`${formatCount(size)} bytes`}>
								{formatBytes(size)}
							</span>
						</li>
					))}
				</ul>
			) : null}
		</div>
	);
}
