import type { TokenView } from "#lib/access/tokens.ts";
import { type RevokeToken, TokenList } from "./token-list.tsx";

interface AllTokensProps {
	readonly tokens: Promise<readonly TokenView[]>;
	readonly revoke: RevokeToken;
}

/** The API tokens of all users, for administrators. */
export async function AllTokens({ tokens: promised, revoke }: AllTokensProps) {
	const tokens = await promised;
	return (
		<section aria-label="API tokens" className="mt-6 space-y-3">
			<h2 className="font-semibold">API tokens</h2>
			{tokens.length === 0 ? (
				<p className="text-muted">No user has one. Users make their own on their account page.</p>
			) : (
				<div className="rounded-md border bg-surface px-3 py-2.5">
					<TokenList label="API tokens of all users" tokens={tokens} withUser revoke={revoke} />
				</div>
			)}
		</section>
	);
}
