"use client";

import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { AuditView } from "#lib/access/audit/audit-log.ts";
import { AuditObject, OutcomeBadge, whoWords } from "./audit-row.tsx";
import { actionWords, viaWords } from "./audit-words.ts";

/** One entry with all that is known of it. */
export function AuditDetail({ entry, onClose }: { readonly entry: AuditView; readonly onClose: () => void }) {
	const { action, at, via, address, outcome, error, details } = entry;
	const changes = Object.entries(details.changes ?? {});
	return (
		<Dialog open wide onOpenChange={(open) => open || onClose()} title={`${whoWords(entry)}: ${actionWords(action)}`}>
			<DialogBody className="space-y-3">
				<dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
					<dt className="text-faint">When</dt>
					<dd>
						<InstantText instant={at} />
					</dd>
					<dt className="text-faint">From</dt>
					<dd>
						{viaWords[via]}
						{address === null ? "" : `, ${address}`}
					</dd>
					<dt className="text-faint">Action</dt>
					<dd className="font-mono text-fine">{action}</dd>
					{entry.object === null ? null : (
						<>
							<dt className="text-faint">Object</dt>
							<dd className="break-all">
								<AuditObject entry={entry} />
							</dd>
						</>
					)}
					<dt className="text-faint">Outcome</dt>
					<dd>
						<OutcomeBadge outcome={outcome} /> {error}
					</dd>
				</dl>
				{changes.length === 0 ? null : (
					<div className="overflow-x-auto">
						<table className="w-full text-left text-data">
							<caption className="sr-only">Changed fields</caption>
							<thead className="text-faint text-fine">
								<tr>
									<th className="py-1 pr-4 font-medium">Field</th>
									<th className="py-1 pr-4 font-medium">Before</th>
									<th className="py-1 font-medium">After</th>
								</tr>
							</thead>
							<tbody>
								{changes.map(([path, { before, after }]) => (
									<tr key={path} className="border-t align-top">
										<th scope="row" className="py-1 pr-4 font-mono font-normal text-fine">
											{path}
										</th>
										<td className="py-1 pr-4 text-removed wrap-anywhere">{valueText(before)}</td>
										<td className="py-1 text-added wrap-anywhere">{valueText(after)}</td>
									</tr>
								))}
							</tbody>
						</table>
					</div>
				)}
				<Json label="Requested" value={details.input} />
				<Json label="Result" value={details.result} />
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Close</Button>
			</DialogFooter>
		</Dialog>
	);
}

function Json({ label, value }: { readonly label: string; readonly value: unknown }) {
	if (value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0))
		return null;
	return (
		<section className="space-y-1">
			<h3 className="text-faint">{label}</h3>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<pre tabIndex={0} className="max-h-64 overflow-auto rounded-md bg-raised px-2.5 py-2 font-mono text-fine">
				{JSON.stringify(value, null, 2)}
			</pre>
		</section>
	);
}

function valueText(value: unknown): string {
	return value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
}
