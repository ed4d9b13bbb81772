import { TriangleAlert } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { FormError } from "./form-error.tsx";
import { SaveEffectText } from "./save-effect-text.tsx";
import type { SaveEffect } from "./use-form.ts";

export interface FormStateProps {
	/** What `useForm` gives. */
	readonly form: {
		readonly error: string | null;
		/** Another version is saved meanwhile; `gone`: what is edited was deleted. null: neither. */
		readonly conflict: "changed" | "gone" | null;
		readonly effect: SaveEffect | null;
		readonly keepTyped: () => void;
		readonly discardTyped: () => void;
	};
}

/** Errors of the form as a whole, and a notice when others saved another version meanwhile. */
export function FormState({ form: { error, conflict, effect, keepTyped, discardTyped } }: FormStateProps) {
	return (
		<>
			<FormError error={error} />
			{effect === null ? null : (
				<div role="alert" className="rounded-md bg-overdue-soft px-2.5 py-2">
					<SaveEffectText effect={effect} />
				</div>
			)}
			{conflict === null ? null : (
				<div role="alert" className="space-y-2 rounded-md bg-overdue-soft px-2.5 py-2">
					<p className="flex items-start gap-1.5">
						<TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-overdue" />
						<span className="min-w-0">
							{conflict === "gone"
								? "This was removed while you were editing it. What you typed is still here but cannot be saved any more."
								: "Another version was saved while you were editing. Keep your changes (all other fields are updated), or discard them."}
						</span>
					</p>
					{conflict === "gone" ? null : (
						<div className="flex flex-wrap gap-2">
							<Button onClick={keepTyped}>Keep my changes</Button>
							<Button onClick={discardTyped}>Discard my changes</Button>
						</div>
					)}
				</div>
			)}
		</>
	);
}
