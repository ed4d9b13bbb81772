import { signInPath } from "#lib/access/request/return-path.ts";

/** The session has ended: leaves the page, with all that is in it, for the sign-in that leads back to it. */
export function signInAgain(): void {
	window.location.assign(signInPath(`${window.location.pathname}${window.location.search}`));
}
