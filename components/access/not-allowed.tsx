import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { leastRoles, type Permission } from "#lib/access/permissions.ts";

/** A page that the user's role is not enough for. */
export function NotAllowed({ act }: { readonly act: Permission }) {
	return (
		<EmptyState
			page
			title="Not for your role"
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
