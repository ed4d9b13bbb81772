"use client";

import { useState } from "react";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export interface PublishedCheckActions {
	readonly check: (input: {
		readonly id: string;
		readonly url: string;
		readonly collection: string | null;
		readonly reference: boolean;
	}) => Promise<ActionResult>;
	readonly cancel: (input: { readonly id: string }) => Promise<ActionResult<{ readonly cancelled: number }>>;
}

interface CompareDialogProps {
	readonly id: string;
	/** What the form begins with. */
	readonly start: { readonly url: string; readonly collection: string; readonly reference: boolean };
	readonly check: PublishedCheckActions["check"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Asks what the published items are compared with. */
export function CompareDialog({ id, start, check, onDone, onClose }: CompareDialogProps) {
	const [url, setUrl] = useState(start.url);
	const [collection, setCollection] = useState(start.collection);
	const [reference, setReference] = useState(start.reference);
	const [refusal, setRefusal] = useState<string | undefined>(undefined);
	const { runAction, pending } = useAction({ onRefused: setRefusal });
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Compare ${id} with others`}
			description="Each published item is looked for there, and each of theirs here. Nothing changes on either side."
		>
			<form
				className="contents"
				onSubmit={(event) => {
					event.preventDefault();
					setRefusal(undefined);
					if (!pending)
						runAction(
							() => check({ id, url, collection: collection.trim() === "" ? null : collection, reference }),
							onDone,
						);
				}}
			>
				<DialogBody className="space-y-4">
					<Field
						label="Address"
						error={refusal}
						hint="Of a STAC API, or of a collection of one, that needs no log-in. For others: eosync check --published --token-variable."
					>
						{(control) => (
							<Input
								{...control}
								type="url"
								required
								maxLength={2000}
								placeholder="https://mirror.example.org/stac"
								value={url}
								onChange={(event) => setUrl(event.target.value)}
							/>
						)}
					</Field>
					<Field label="Collection" hint="What the container is called there; left empty, the same as here.">
						{(control) => (
							<Input
								{...control}
								className="font-mono"
								maxLength={300}
								placeholder={id}
								value={collection}
								onChange={(event) => setCollection(event.target.value)}
							/>
						)}
					</Field>
					<Field
						label="It is a provider's, no copy of ours"
						hint="Then only what both sides say is compared, and not where the files are."
					>
						{(control) => (
							<Checkbox
								{...control}
								checked={reference}
								onCheckedChange={(checked) => setReference(checked === true)}
							/>
						)}
					</Field>
				</DialogBody>
				<DialogFooter>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Compare
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
