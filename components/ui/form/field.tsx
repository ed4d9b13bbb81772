import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "#components/ui/cx.ts";

interface FieldProps {
	readonly label: string;
	/** The purpose and the default of the field. */
	readonly hint?: ReactNode;
	readonly error?: string | undefined;
	readonly className?: string;
	/** Gets what ties the control to its label, hint and error. */
	readonly children: (control: FieldControl) => ReactNode;
}

export interface FieldControl {
	readonly id: string;
	readonly "aria-invalid": true | undefined;
	readonly "aria-describedby": string | undefined;
}

/** One labelled control; the error stands where it happened and is read out with it. */
export function Field({ label, hint, error, className, children }: FieldProps) {
	const id = useId();
	const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
	return (
		<div className={cx("space-y-1", className)}>
			<label htmlFor={id} className="block font-medium">
				{label}
			</label>
			{children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": describedBy || undefined })}
			{error ? (
				<p id={`${id}-error`} className="flex items-start gap-1 text-failed text-fine">
					<CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
					{error}
				</p>
			) : null}
			{hint ? (
				<p id={`${id}-hint`} className="text-faint text-fine">
					{hint}
				</p>
			) : null}
		</div>
	);
}
