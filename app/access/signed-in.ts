import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { catalog } from "#app/catalog.ts";
import type { Caller } from "#lib/access/perform.ts";
import { entrances, signInPath } from "#lib/access/return-path.ts";
import { hasUsers } from "#lib/access/users.ts";
import { whoLooks } from "./who-asks.ts";

/** Every page but the entrances begins with this: whoever has not signed in is led to where he can. */
export async function signedIn(): Promise<Caller> {
	const caller = await whoLooks();
	if (caller !== null) return caller;
	if (!(await hasUsers(await catalog()))) redirect("/set-up");
	redirect(signInPath((await headers()).get("x-eosync-path") ?? "/"));
}

/** Whether the page of this request is for those who have not signed in. */
export async function isEntrance(): Promise<boolean> {
	const path = (await headers()).get("x-eosync-path") ?? "/";
	return entrances.includes(path.split("?")[0] ?? "");
}
