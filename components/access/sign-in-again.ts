import { leaveFor, shownPath } from "#components/ui/address/own-address.ts";
import { signInPath } from "#lib/access/request/return-path.ts";

/** Leaves the page after the session has ended, for the sign-in page that leads back to it. */
export function signInAgain(): void {
	leaveFor(signInPath(shownPath()));
}
