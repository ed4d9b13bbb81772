import Link from "next/link";
import { leastRoles, type Permission } from "#lib/access/permissions.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

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
			This page takes the role {leastRoles[act]}. Ask an administrator.
		</EmptyState>
	);
}
