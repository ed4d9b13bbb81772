import { cache } from "react";
import { catalog } from "#app/catalog.ts";
import { type Display, defaultDisplay, displayOf } from "#lib/access/display.ts";
import { callerOfPage } from "./current-caller.ts";
import { isPublicPage } from "./signed-in.ts";

/** How this page looks to the user, once per request; visitors who have not signed in get the default. */
export const display = cache(async (): Promise<Display> => {
	const caller = (await isPublicPage()) ? null : await callerOfPage();
	return caller === null ? defaultDisplay : displayOf(await catalog(), caller.id);
});
