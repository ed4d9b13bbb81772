import type { Database } from "#lib/catalog/database/database.ts";
import type { DisplayInput, Theme } from "./inputs.ts";

export type { Theme } from "./inputs.ts";

/** How the dashboard looks to a user. */
export interface Display {
	/** IANA name. Machine texts, the command line and the API stay in UTC. */
	readonly timeZone: string;
	/** `system`: as the browser has it. */
	readonly theme: Theme;
}

export const defaultDisplay: Display = { timeZone: "UTC", theme: "system" };

export async function displayOf({ sql }: Pick<Database, "sql">, user: string): Promise<Display> {
	const [row] = await sql<Display[]>`select time_zone as "timeZone", theme from users where id = ${user}`;
	return row ?? defaultDisplay;
}

export async function setDisplay(
	{ sql }: Pick<Database, "sql">,
	user: string,
	{ timeZone, theme }: DisplayInput,
): Promise<void> {
	await sql`update users set time_zone = ${timeZone}, theme = ${theme} where id = ${user}`;
}
