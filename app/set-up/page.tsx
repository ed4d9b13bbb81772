import Link from "next/link";
import { choosePasswordAction } from "#app/actions/people/sign-in.ts";
import { catalog } from "#app/catalog.ts";
import { PublicPage } from "#components/access/public-page.tsx";
import { SetUpForm } from "#components/access/set-up-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { linkSecret } from "#lib/access/inputs.ts";
import { findLink } from "#lib/access/sign-in/one-time-links.ts";
import { hasUsers } from "#lib/access/users.ts";
import { commandName } from "#lib/installation.ts";

interface SetUpPageProps {
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** The page of one-time links: for the set-up, an invitation or a reset password. */
export default async function SetUpPage({ searchParams }: SetUpPageProps) {
	const { link } = await searchParams;
	const database = await catalog();
	const secret = linkSecret.safeParse(link);
	const found = secret.success ? await findLink(database, secret.data) : null;
	if (found === null || !secret.success) return <NoLink given={link !== undefined} users={await hasUsers(database)} />;
	const { title, description } = words[found.kind];
	return (
		<PublicPage title={found.user === null ? title : `${title}, ${found.user.name}`} description={description}>
			<SetUpForm link={secret.data} name={found.user?.name ?? null} choosePassword={choosePasswordAction} />
		</PublicPage>
	);
}

const words = {
	"set-up": { title: "Set up eosync", description: "There are no users yet. The first one becomes an administrator." },
	invitation: { title: "Welcome", description: "Choose a password to sign in." },
	"password-reset": { title: "New password", description: "Choose a new password to sign in." },
} as const;

function NoLink({ given, users }: { readonly given: boolean; readonly users: boolean }) {
	if (!users) {
		return (
			<PublicPage
				title={given ? "This link does not work" : "Set up eosync"}
				description="There are no users yet. Open the link that eosync printed on its console when it started: it creates the first administrator."
			>
				<p className="text-muted">
					The link works once, within a day. For a new one, restart eosync or run this on its machine:
				</p>
				<code className="block overflow-x-auto rounded-md bg-raised px-2.5 py-2 font-mono text-fine">
					{commandName} users set-up
				</code>
			</PublicPage>
		);
	}
	return (
		<PublicPage
			title="This link does not work"
			description="The link was used already, has expired, or was not copied completely. Ask an administrator for a new one."
		>
			<Button asChild className="h-8! w-full">
				<Link href="/sign-in">Sign in</Link>
			</Button>
		</PublicPage>
	);
}
