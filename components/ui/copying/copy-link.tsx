"use client";

import { Check, Link2 } from "lucide-react";
import { toast } from "sonner";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { useCopied } from "./use-copied.ts";

interface CopyLinkProps {
	/** What it leads to, for screen readers. */
	readonly what: string;
	/** Of this dashboard. */
	readonly path: string;
}

/** A small button that copies a link to a row. */
export function CopyLink({ what, path }: CopyLinkProps) {
	const { copied, copy } = useCopied();
	async function copyLink() {
		const link = new URL(ownAddress(path), window.location.href).href;
		try {
			await copy(link);
			toast.success("Link copied.");
		} catch {
			// Without permission: the link can be selected here.
			toast("The browser does not let this page copy. The link:", { description: link, duration: 15_000 });
		}
	}
	return (
		<button
			type="button"
			aria-label={`Copy link to ${what}`}
			title={copied ? "Copied" : "Copy link"}
			className="touch-target relative z-10 flex size-5 items-center justify-center rounded text-faint hover:bg-raised hover:text-text [&_svg]:size-3.5"
			onClick={(event) => {
				event.stopPropagation();
				void copyLink();
			}}
		>
			{copied ? <Check aria-hidden /> : <Link2 aria-hidden />}
		</button>
	);
}
