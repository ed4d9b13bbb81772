import { Suspense } from "react";
import { display } from "#app/access/display.ts";
import { signedIn } from "#app/access/signed-in.ts";
import { changePasswordAction, endOwnSessionsAction, setDisplayAction } from "#app/actions/people/own-account.ts";
import { createTokenAction, revokeTokenAction } from "#app/actions/people/tokens.ts";
import { catalog } from "#app/catalog.ts";
import { AccountView } from "#components/access/account-view.tsx";
import { OwnTokens } from "#components/tokens/own-tokens.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { hasPassword } from "#lib/access/sign-in/change-password.ts";
import { sessionsByUser } from "#lib/access/sign-in/sessions.ts";
import { listTokens } from "#lib/access/tokens.ts";

export default async function AccountPage() {
	const { id, session } = await signedIn();
	const database = await catalog();
	const tokens = listTokens(database, id);
	const [sessions, password] = await Promise.all([sessionsByUser(database, id), hasPassword(database, id)]);
	return (
		<AccountView
			sessions={sessions[id] ?? []}
			current={session}
			hasPassword={password}
			changePassword={changePasswordAction}
			display={await display()}
			setDisplay={setDisplayAction}
			endSessions={endOwnSessionsAction}
		>
			<Suspense fallback={<SkeletonRows rows={3} />}>
				<Tokens tokens={tokens} />
			</Suspense>
		</AccountView>
	);
}

async function Tokens({ tokens }: { readonly tokens: ReturnType<typeof listTokens> }) {
	return <OwnTokens tokens={await tokens} create={createTokenAction} revoke={revokeTokenAction} />;
}
