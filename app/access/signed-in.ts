import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { catalog } from "#app/catalog.ts";
import type { Caller } from "#lib/access/authorised.ts";
import { publicPages, signInPath } from "#lib/access/request/return-path.ts";
import { hasUsers } from "#lib/access/users.ts";
import { callerOfPage } from "./current-caller.ts";

/** Every page but the public ones begins with this: visitors who have not signed in are sent to the sign-in. */
export async function signedIn(): Promise<Caller> {
	const caller = await callerOfPage();
	if (caller !== null) return caller;
	if (!(await hasUsers(await catalog()))) redirect("/set-up");
	redirect(signInPath((await headers()).get("x-eosync-path") ?? "/"));
}

/** Whether the page of this request is public. */
export async function isPublicPage(): Promise<boolean> {
	const path = (await headers()).get("x-eosync-path") ?? "/";
	return publicPages.includes(path.split("?")[0] ?? "");
}
