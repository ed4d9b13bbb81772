"use client";

import { CircleUserRound, LogOut, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { useUser } from "#components/access/user-context.tsx";
import { useAction } from "#components/ui/actions/use-action.ts";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { Button } from "#components/ui/button.tsx";
import { mayLeave } from "#components/ui/form/unsaved.ts";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export type SignOut = (input: Record<string, never>) => Promise<ActionResult<object>>;

/** The menu of the user who is signed in. */
export function AccountMenu({ signOut }: { readonly signOut: SignOut }) {
	const { name, role } = useUser();
	const router = useRouter();
	const { runAction } = useAction();
	function leave() {
		if (!mayLeave()) return;
		toast.dismiss();
		runAction(
			() => signOut({}),
			() => leaveFor("/sign-in"),
		);
	}
	return (
		<Menu
			trigger={
				<Button variant="quiet" aria-label={`Account of ${name}`} className="max-w-44 px-1.5!">
					<CircleUserRound aria-hidden className="size-4!" />
					<span className="hidden min-w-0 truncate lg:inline">{name}</span>
				</Button>
			}
		>
			<div className="border-b px-2 pt-1 pb-2">
				<p className="truncate font-medium">{name}</p>
				<p className="text-fine text-muted">{role}</p>
			</div>
			<div className="pt-1">
				<MenuItem hint="Password and sessions" onSelect={() => mayLeave() && router.push("/account")}>
					<UserRound aria-hidden />
					Your account
				</MenuItem>
				<MenuItem onSelect={leave}>
					<LogOut aria-hidden />
					Sign out
				</MenuItem>
			</div>
		</Menu>
	);
}
