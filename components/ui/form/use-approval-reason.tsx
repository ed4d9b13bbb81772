"use client";

import { useRef, useState } from "react";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { Field } from "./field.tsx";
import { Textarea } from "./input.tsx";
import { useUnsaved } from "./unsaved.ts";

/**
 * The reason that an approval needs: its field, and what is typed in it.
 * @param hint whose reason it is, and where it is kept
 */
export function useApprovalReason(hint: string) {
	const [reason, setReason] = useState("");
	const [error, setError] = useState<string>();
	useUnsaved(reason.trim() !== "");
	const control = useRef<HTMLTextAreaElement>(null);
	/** The reason; null, and the field says why, where it is none. */
	function parse(): string | null {
		const parsed = approvalReason.safeParse(reason);
		setError(parsed.error?.issues[0]?.message);
		return parsed.data ?? null;
	}
	const field = (
		<Field label="Reason" hint={hint} error={error}>
			{(props) => (
				<Textarea
					{...props}
					ref={control}
					value={reason}
					required
					onChange={(event) => setReason(event.target.value)}
				/>
			)}
		</Field>
	);
	return { field, parse, focus: () => control.current?.focus(), empty: () => setReason("") };
}
