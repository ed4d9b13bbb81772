/** The server behind a target's address: what its password is kept for. Client-safe. */

/** A text that is equal for the same server, encrypted the same way. */
export function serverOf(url: string): string {
	const { hostname, port, searchParams } = new URL(url);
	return JSON.stringify([searchParams.get("host"), hostname, port || "5432", searchParams.get("sslmode")]);
}

/** Whether both lead to the same server; an address that is none leads to no server. */
export function sameServer(a: string, b: string): boolean {
	return URL.canParse(a) && URL.canParse(b) && serverOf(a) === serverOf(b);
}
