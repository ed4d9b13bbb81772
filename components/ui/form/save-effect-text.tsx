import { formatCount } from "#lib/numbers.ts";
import type { SaveEffect } from "./use-form.ts";

/** What an edit does to datasets, with the first of them. */
export function SaveEffectText({ effect: { datasets, sentence, examples } }: { readonly effect: SaveEffect }) {
	const more = datasets - examples.length;
	return (
		<div className="space-y-1">
			<p>{sentence}</p>
			<ul aria-label="For example" className="max-h-40 overflow-y-auto font-mono text-fine text-muted">
				{examples.map((example) => (
					<li key={example} className="break-all">
						{example}
					</li>
				))}
				{more > 0 && examples.length > 0 ? <li className="font-sans">and {formatCount(more)} more</li> : null}
			</ul>
		</div>
	);
}
