"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { useUnsaved } from "#components/ui/form/unsaved.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import { eoId } from "#lib/catalog/inputs.ts";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import type { ContainerActions } from "./container-actions.ts";

interface RenameContainerProps {
	readonly container: ContainerDetail;
	readonly rename: ContainerActions["rename"];
}

/** Gives the container another EO ID, once its present one was typed. */
export function RenameContainer({ container, rename }: RenameContainerProps) {
	const { id, formerIds } = container;
	const router = useRouter();
	const [to, setTo] = useState("");
	const [asking, setAsking] = useState(false);
	useUnsaved(to.trim() !== "");
	const parsed = eoId.safeParse(to.trim());
	const problem = to.trim() === "" || parsed.success ? null : parsed.error.issues[0]?.message;
	return (
		<FormSection title="Rename">
			<div className="space-y-3">
				<p className="text-muted wrap-anywhere">
					The container gets another EO ID. History, schedule and links follow; {id} stays taken and means this
					container wherever it is still used. In configuration files, change it.
				</p>
				<form
					className="flex flex-wrap items-end gap-3"
					onSubmit={(event) => {
						event.preventDefault();
						if (parsed.success) setAsking(true);
					}}
				>
					<Field label="New EO ID" error={problem ?? undefined} className="min-w-0 flex-1 basis-64">
						{(control) => (
							<Input
								{...control}
								className="font-mono"
								value={to}
								maxLength={255}
								onChange={(event) => setTo(event.target.value)}
							/>
						)}
					</Field>
					<Button type="submit" disabled={!parsed.success || parsed.data === id}>
						Rename container
					</Button>
				</form>
				{formerIds.length > 0 ? (
					<ul aria-label="Former IDs" className="space-y-1 text-muted">
						{formerIds.map(({ id: former, how, since }) => (
							<li key={former} className="break-all">
								<span className="font-mono">{former}</span>, {how} <InstantText instant={since} />
							</li>
						))}
					</ul>
				) : null}
				{asking && parsed.success ? (
					<ConfirmAction
						title={`Rename ${id} to ${parsed.data}?`}
						confirm="Rename container"
						phrase={id}
						action={() => rename({ id, to: parsed.data })}
						onDone={() => {
							toast.success(`${id} is ${parsed.data} now.`);
							router.push(`/containers/${encodeURIComponent(parsed.data)}`);
						}}
						onClose={() => setAsking(false)}
					>
						<p className="wrap-anywhere">
							Scripts that name {id} go on: it stays a former ID of this container, and nothing else can be given it.
							Where the container is published, its address changes; the old one redirects.
						</p>
					</ConfirmAction>
				) : null}
			</div>
		</FormSection>
	);
}
