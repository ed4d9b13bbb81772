"use client";

import { createContext, type ReactNode, use } from "react";
import { may, type Permission, type Role } from "#lib/access/permissions.ts";

/** The user who looks at the page. The server decides what they may do; pages only hide what it would refuse. */
export interface SignedInUser {
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** In which times are shown to them. */
	readonly timeZone: string;
}

const UserContext = createContext<SignedInUser>({ id: "", name: "", role: "viewer", timeZone: "UTC" });

export function UserProvider({ user, children }: { readonly user: SignedInUser; readonly children: ReactNode }) {
	return <UserContext value={user}>{children}</UserContext>;
}

export const useUser = () => use(UserContext);

export function useMay(permission: Permission): boolean {
	return may(useUser().role, permission);
}

/** Shows its children only to users with the permission. */
export function May({ act, children }: { readonly act: Permission; readonly children: ReactNode }) {
	return useMay(act) ? children : null;
}
