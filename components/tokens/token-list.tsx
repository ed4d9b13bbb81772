"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/dialogs/confirm-dialog.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { TokenView } from "#lib/access/tokens.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export type RevokeToken = (input: { readonly id: number }) => Promise<ActionResult<object>>;

interface TokenListProps {
	readonly label: string;
	readonly tokens: readonly TokenView[];
	/** Of all users: each with its user. */
	readonly withUser?: boolean;
	readonly revoke: RevokeToken;
}

export function TokenList({ label, tokens, withUser = false, revoke }: TokenListProps) {
	const [asking, setAsking] = useState<TokenView | null>(null);
	const { runAction, pending } = useAction();
	const confirm = ({ id, name }: TokenView) =>
		runAction(
			() => revoke({ id }),
			() => {
				setAsking(null);
				toast.success(`${name} is revoked.`);
			},
		);
	return (
		<>
			<ul aria-label={label} className="divide-y">
				{tokens.map((token) => (
					<li key={token.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 first:pt-0 last:pb-0">
						<div className="min-w-0 flex-1 basis-60">
							<p className="flex flex-wrap items-center gap-2">
								<span className="min-w-0 break-words font-medium">{token.name}</span>
								{withUser ? <span className="text-muted">of {token.userName}</span> : null}
								<Badge>{token.effectiveRole}</Badge>
								{token.effectiveRole === token.role ? null : (
									<Badge tone="out-of-sync" title="The role of its user was lowered">
										was {token.role}
									</Badge>
								)}
								{token.expired ? <Badge tone="failed">expired</Badge> : null}
							</p>
							<p className="text-fine text-muted">
								Made <RelativeTime instant={token.createdAt} />, <Expiry token={token} />, <LastUse token={token} />
							</p>
						</div>
						<Button aria-label={`Revoke ${token.name}`} onClick={() => setAsking(token)}>
							Revoke
						</Button>
					</li>
				))}
			</ul>
			<ConfirmDialog
				open={asking !== null}
				onOpenChange={() => setAsking(null)}
				title={`Revoke ${asking?.name ?? ""}?`}
				confirm="Revoke token"
				pending={pending}
				onConfirm={() => asking === null || confirm(asking)}
			>
				<p>It stops working at once, wherever it is used, and cannot be restored.</p>
			</ConfirmDialog>
		</>
	);
}

function Expiry({ token: { expiresAt, expired } }: { readonly token: TokenView }) {
	if (expiresAt === null) return "never expires";
	return (
		<>
			{expired ? "expired" : "expires"} <RelativeTime instant={expiresAt} />
		</>
	);
}

function LastUse({ token: { lastUsedAt, lastUsedFrom } }: { readonly token: TokenView }) {
	if (lastUsedAt === null) return "not used yet";
	return (
		<>
			used <RelativeTime instant={lastUsedAt} />
			{lastUsedFrom === null ? "" : ` from ${lastUsedFrom}`}
		</>
	);
}
