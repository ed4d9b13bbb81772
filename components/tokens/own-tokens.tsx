"use client";

import { KeyRound } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import type { TokenView } from "#lib/access/tokens.ts";
import { type CreateToken, NewToken } from "./new-token.tsx";
import { type RevokeToken, TokenList } from "./token-list.tsx";

interface OwnTokensProps {
	readonly tokens: readonly TokenView[];
	readonly create: CreateToken;
	readonly revoke: RevokeToken;
}

/** A user's own API tokens, on their account page. */
export function OwnTokens({ tokens, create, revoke }: OwnTokensProps) {
	const [making, setMaking] = useState(false);
	usePageActions([{ label: "New token", icon: <KeyRound />, act: "tokens.create", go: () => setMaking(true) }]);
	return (
		<FormSection title="API tokens">
			<p className="mb-3 text-muted">
				For programs, which cannot sign in. What they can call:{" "}
				<Link href="/api-docs" className="underline">
					REST API
				</Link>
				.
			</p>
			<TokenList label="Your API tokens" tokens={tokens} revoke={revoke} />
			<Button className="mt-3" onClick={() => setMaking(true)}>
				<KeyRound aria-hidden />
				New token
			</Button>
			{making ? <NewToken create={create} onClose={() => setMaking(false)} /> : null}
		</FormSection>
	);
}
