"use client";

import { useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";

/** Copies a text. `copied` says for a moment that it was. */
export function useCopied() {
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied) return;
		const timer = setTimeout(() => setCopied(false), 1500);
		return () => clearTimeout(timer);
	}, [copied]);
	async function copy(text: string): Promise<void> {
		await copyText(text);
		setCopied(true);
	}
	return { copied, copy };
}
