"use client";

import { Check, Copy } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { useCopied } from "#components/ui/copying/use-copied.ts";

/** A command line to copy. */
export function Command({ text }: { readonly text: string }) {
	const { copied, copy } = useCopied();
	const Icon = copied ? Check : Copy;
	return (
		<div className="flex items-start gap-2 rounded-md bg-raised px-2.5 py-2">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<pre tabIndex={0} className="min-w-0 flex-1 overflow-x-auto font-mono text-fine">
				{text}
			</pre>
			<Button icon variant="quiet" aria-label={copied ? "Copied" : "Copy command"} onClick={() => void copy(text)}>
				<Icon aria-hidden />
			</Button>
		</div>
	);
}
