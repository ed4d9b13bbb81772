import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";
import type { DiffLine, DiffMark } from "./list-diff.ts";

const marks: Readonly<Record<DiffMark, { readonly sign: string; readonly word: string; readonly className: string }>> =
	{
		same: { sign: "", word: "same", className: "text-muted" },
		added: { sign: "+", word: "added", className: "text-added" },
		removed: { sign: "−", word: "removed", className: "text-removed" },
		updated: { sign: "~", word: "changed", className: "text-updated" },
	};

interface LineDiffProps<T> {
	readonly label: string;
	/** What the keys are: "Band". */
	readonly name: string;
	readonly lines: readonly DiffLine<T>[];
	readonly show: (value: T) => ReactNode;
}

/** A small diff of a list: sign, name, before and after. */
export function LineDiff<T>({ label, name, lines, show }: LineDiffProps<T>) {
	return (
		<table className="text-left" aria-label={label}>
			<thead className="text-faint text-fine">
				<tr>
					<th className="pr-2">
						<span className="sr-only">Change</span>
					</th>
					<th className="pr-4 font-medium">{name}</th>
					<th className="pr-4 font-medium">Before</th>
					<th className="font-medium">After</th>
				</tr>
			</thead>
			<tbody>
				{lines.map(({ key, mark, before, after }) => (
					<tr key={key} className="align-top">
						<td className={cx("pr-2 font-mono", marks[mark].className)}>
							<span aria-hidden>{marks[mark].sign}</span>
							<span className="sr-only">{marks[mark].word}</span>
						</td>
						<td className={cx("break-words pr-4 font-mono text-fine", marks[mark].className)}>{key}</td>
						<td className="pr-4">{before === null ? "" : show(before)}</td>
						<td>{mark === "same" ? <span className="text-faint">same</span> : after === null ? "" : show(after)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
