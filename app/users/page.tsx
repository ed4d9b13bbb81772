import { Suspense } from "react";
import { signedIn } from "#app/access/signed-in.ts";
import { revokeAnyTokenAction } from "#app/actions/people/tokens.ts";
import {
	addUserAction,
	endSessionsAction,
	removeUserAction,
	resetPasswordAction,
	setRoleAction,
} from "#app/actions/people/users.ts";
import { catalog } from "#app/catalog.ts";
import { NotAllowed } from "#components/access/not-allowed.tsx";
import { UsersView } from "#components/access/users-view.tsx";
import { AllTokens } from "#components/tokens/all-tokens.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { may } from "#lib/access/permissions.ts";
import { sessionsByUser } from "#lib/access/sign-in/sessions.ts";
import { listTokens } from "#lib/access/tokens.ts";
import { listUsers } from "#lib/access/users.ts";

export default async function UsersPage() {
	const { id, session, role } = await signedIn();
	if (!may(role, "users.read")) return <NotAllowed act="users.read" />;
	const database = await catalog();
	const tokens = listTokens(database);
	const [users, sessions] = await Promise.all([listUsers(database), sessionsByUser(database)]);
	return (
		<>
			<UsersView
				users={users}
				sessions={sessions}
				own={{ id, session }}
				actions={{
					add: addUserAction,
					setRole: setRoleAction,
					resetPassword: resetPasswordAction,
					remove: removeUserAction,
					endSessions: endSessionsAction,
				}}
			/>
			<Suspense fallback={<SkeletonRows rows={3} />}>
				<AllTokens tokens={tokens} revoke={revokeAnyTokenAction} />
			</Suspense>
		</>
	);
}
