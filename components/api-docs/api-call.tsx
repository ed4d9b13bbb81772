import { Badge } from "#components/ui/badge.tsx";
import type { CallReference, FieldReference } from "#lib/api/reference.ts";
import { Command } from "./command.tsx";

/** One call of the REST API. */
export function ApiCall({ call }: { readonly call: CallReference }) {
	const { id, method, path, summary, role, parameters, body, status, answer, paged, problems, curl } = call;
	return (
		<section aria-labelledby={`${id}-method ${id}`} className="space-y-3 rounded-md border bg-surface p-4">
			<div className="flex flex-wrap items-center gap-2">
				<span id={`${id}-method`}>
					<Badge tone={method === "GET" ? "in-sync" : "syncing"}>{method}</Badge>
				</span>
				<h3 id={id} className="min-w-0 scroll-mt-16 break-all font-medium font-mono">
					{path}
				</h3>
				<span className="ml-auto text-faint text-fine">role {role}</span>
			</div>
			<p>{summary}.</p>
			<Fields label="Parameters" fields={parameters} />
			<Fields label="Body" fields={body} />
			<Command text={curl} />
			<details>
				<summary className="cursor-pointer text-muted">
					Answer: {status}
					{paged ? ", a page of rows" : ""}
				</summary>
				<div className="mt-2">
					<Fields label={paged ? "Each row" : "Fields"} fields={answer} />
				</div>
			</details>
			{problems.length === 0 ? null : (
				<p className="text-fine text-muted">
					Refused with <code className="font-mono">{problems.join(", ")}</code>, and as every call.
				</p>
			)}
		</section>
	);
}

export function Fields({ label, fields }: { readonly label: string; readonly fields: readonly FieldReference[] }) {
	if (fields.length === 0) return null;
	return (
		// biome-ignore lint/a11y: what scrolls must be reachable by keyboard, and say what it is
		<div className="overflow-x-auto" tabIndex={0} role="group" aria-label={label}>
			<table className="w-full min-w-96 text-left">
				<caption className="py-1 text-left font-medium">{label}</caption>
				<tbody>
					{fields.map(({ name, type, required, description }) => (
						<tr key={name} className="border-t align-top">
							<th scope="row" className="w-36 py-1 pr-4 font-mono font-normal text-fine">
								{name}
								{required ? <span className="sr-only"> (required)</span> : <span className="text-faint">?</span>}
							</th>
							<td className="w-60 break-words py-1 pr-4 text-fine text-muted">{type}</td>
							<td className="py-1">{description}</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
