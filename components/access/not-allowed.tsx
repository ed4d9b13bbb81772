import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { leastRoles, type Permission } from "#lib/access/permissions.ts";

/** Shown instead of a page that the user's role may not open. */
export function NotAllowed({ act }: { readonly act: Permission }) {
	return (
		<EmptyState
			page
			title="Your role cannot open this page"
			action={
				<Button asChild>
					<Link href="/containers">All containers</Link>
				</Button>
			}
		>
			This page needs the role {leastRoles[act]}. Ask an administrator.
		</EmptyState>
	);
}
