"use client";

import { createContext, type ReactNode, use } from "react";

const CommandName = createContext("eosync");

/** `name` as in `lib/installation.ts`, which only the server knows. */
export function CommandNameProvider({ name, children }: { readonly name: string; readonly children: ReactNode }) {
	return <CommandName value={name}>{children}</CommandName>;
}

/** How this installation is called on its command line: `eosync`, or `npx eosync` of a checkout. */
export const useCommandName = () => use(CommandName);
