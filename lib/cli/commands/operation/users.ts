import { Command } from "commander";
import { userName } from "#lib/access/inputs.ts";
import { type Role, roles } from "#lib/access/permissions.ts";
import { linkUrl, makeLink, type NewLink } from "#lib/access/sign-in/one-time-links.ts";
import { addUser, hasUsers, listUsers, removeUser, resetPassword, setRole, userNamed } from "#lib/access/users.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { tableLines } from "#lib/cli/output/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { dashboardUrl, isOwnMachine, readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";

/** Always allowed on the server's console, so that users who are locked out can help themselves. */
export function usersCommand(): Command {
	const users = new Command("users")
		.summary("who may use the dashboard")
		.description(
			"Users of the dashboard. Links are shown once and work once: the person who opens one chooses the password.",
		);
	users
		.command("list", { isDefault: true })
		.description("all users")
		.option("--json", "one JSON object per line")
		.action(({ json = false }: { readonly json?: boolean }) =>
			withCatalog("users", (database) => list(database, json)),
		);
	users
		.command("set-up")
		.description("a new link for the first administrator, while there is no user")
		.action(() => withCatalog("users", (database) => announceSetUp(database, dashboardUrl(readEnv()))));
	users
		.command("add <NAME>")
		.description("a user, and the link to send")
		.requiredOption("--role <ROLE>", roles.join(", "), parseRole)
		.action((name: string, { role }: { readonly role: Role }) =>
			withCatalog("users", async (database) => {
				const input = { name: parseName(name), role };
				const work = (inside: Database) => addUser(inside, input);
				await printLink(name, await auditedCommand(database, { action: "users.add", input, work }));
			}),
		);
	users
		.command("set-role <NAME> <ROLE>")
		.description(`${roles.join(", ")}; takes effect at once`)
		.action((name: string, text: string) =>
			withCatalog("users", async (database) => {
				const role = parseRole(text);
				const user = await userNamed(database, name);
				const input = { id: user.id, role };
				await auditedCommand(database, { action: "users.set-role", input, work: (inside) => setRole(inside, input) });
				await print(`${user.name} is now ${role}.`);
			}),
		);
	users
		.command("reset-password <NAME>")
		.description("a link to choose a new password; unlocks the name, ends its sessions and revokes its API tokens")
		.action((name: string) =>
			withCatalog("users", async (database) => {
				const user = await userNamed(database, name);
				const input = { id: user.id };
				const work = (inside: Database) => resetPassword(inside, user.id);
				await printLink(user.name, await auditedCommand(database, { action: "users.reset-password", input, work }));
			}),
		);
	users
		.command("remove <NAME>")
		.description("with all sessions")
		.action((name: string) =>
			withCatalog("users", async (database) => {
				const user = await userNamed(database, name);
				const input = { id: user.id };
				await auditedCommand(database, {
					action: "users.remove",
					input,
					work: (inside) => removeUser(inside, user.id),
				});
				await print(`${user.name} is removed.`);
			}),
		);
	return users;
}

/** Prints the one-time link that makes the first administrator. @throws UsageError when there are users. */
export async function announceSetUp(database: Database, url: string): Promise<void> {
	if (await hasUsers(database))
		throw new UsageError("There are users already: see eosync users list, eosync users add.");
	const { secret, expiresAt } = await auditedCommand(database, {
		action: "users.set-up",
		input: {},
		work: (inside) => makeLink(inside.sql, { kind: "set-up", user: null }),
	});
	await print("There are no users yet. This link creates the first administrator; it works once, until");
	await print(`${minute(expiresAt)}:\n\n  ${linkUrl(url, secret)}\n`);
}

async function list(database: Database, json: boolean): Promise<void> {
	const users = await listUsers(database);
	if (json) {
		for (const { id: _, ...user } of users) await printJson(user);
		return;
	}
	if (users.length === 0) return print("There are no users yet: see eosync users set-up.");
	const rows = users.map(({ name, role, signsInBy, seenAt, sessions }) => [
		name,
		role,
		signsInBy === "link" ? "no password yet" : signsInBy,
		seenAt === null ? "not signed in" : `seen ${minute(seenAt)}, ${formatPlural(sessions, "session")}`,
	]);
	for (const line of tableLines(rows)) await print(line);
}

async function printLink(name: string, { secret, expiresAt }: NewLink): Promise<void> {
	const url = dashboardUrl(readEnv());
	await print(`For ${name}; it works once, until ${minute(expiresAt)}:\n\n  ${linkUrl(url, secret)}\n`);
	if (isOwnMachine(url))
		warn(
			`The link works on this machine only: set EOSYNC_URL to the address where users reach the dashboard, and HOST to one it listens at.`,
		);
}

function minute(instant: string): string {
	return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}

function parseName(text: string): string {
	const name = userName.safeParse(text);
	if (!name.success) throw new UsageError(`${text} cannot be a user's name: ${name.error.issues[0]?.message}.`);
	return name.data;
}

function parseRole(text: string): Role {
	const role = roles.find((each) => each === text);
	if (role === undefined) throw new UsageError(`There is no role ${text}: choose one of ${roles.join(", ")}.`);
	return role;
}
