import type { Metadata } from "next";
import { signedIn } from "#app/access/signed-in.ts";
import { changePasswordAction, endOwnSessionsAction } from "#app/actions/own-account.ts";
import { createTokenAction, revokeTokenAction } from "#app/actions/tokens.ts";
import { catalog } from "#app/catalog.ts";
import { AccountView } from "#components/access/account-view.tsx";
import { OwnTokens } from "#components/tokens/own-tokens.tsx";
import { hasPassword } from "#lib/access/sign-in/change-password.ts";
import { sessionsByUser } from "#lib/access/sign-in/sessions.ts";
import { listTokens } from "#lib/access/tokens.ts";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
	const { id, session } = await signedIn();
	const database = await catalog();
	const [sessions, password, tokens] = await Promise.all([
		sessionsByUser(database, id),
		hasPassword(database, id),
		listTokens(database, id),
	]);
	return (
		<AccountView
			sessions={sessions[id] ?? []}
			current={session}
			hasPassword={password}
			changePassword={changePasswordAction}
			endSessions={endOwnSessionsAction}
		>
			<OwnTokens tokens={tokens} create={createTokenAction} revoke={revokeTokenAction} />
		</AccountView>
	);
}
