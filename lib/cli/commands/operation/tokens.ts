import { Command } from "commander";
import { newTokenInput } from "#lib/access/inputs.ts";
import { roles } from "#lib/access/permissions.ts";
import { createToken, listTokens, revokeToken } from "#lib/access/tokens.ts";
import { userNamed } from "#lib/access/users.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";

interface AddOptions {
	readonly user: string;
	readonly role: string;
	readonly days: string;
	readonly never?: true;
	readonly json?: true;
}

export function tokensCommand(): Command {
	const tokens = new Command("tokens")
		.summary("API tokens of users")
		.description("Programs send a token to /api/v1 instead of signing in. A token is shown once, when it is made.");
	tokens
		.command("list", { isDefault: true })
		.description("all tokens, the newest first")
		.option("--json", "one JSON object per line")
		.action(({ json = false }: { readonly json?: boolean }) =>
			withCatalog("tokens", (database) => list(database, json)),
		);
	tokens
		.command("add <NAME>")
		.description("a token of a user; it is printed once and cannot be shown again")
		.requiredOption("--user <NAME>", "its user: the token can do no more than they can")
		.requiredOption("--role <ROLE>", `${roles.join(", ")}; at most the user's own`)
		.option("--days <DAYS>", "until it expires, 1 to 365", "90")
		.option("--never", "it does not expire; only for tokens of administrators")
		.option("--json", "as a JSON object")
		.action((name: string, options: AddOptions) => withCatalog("tokens", (database) => add(database, name, options)));
	tokens
		.command("revoke <ID>")
		.description("it stops working at once; see the list for the ID")
		.action((text: string) =>
			withCatalog("tokens", async (database) => {
				const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
				await auditedCommand(database, {
					action: "tokens.revoke-any",
					input: { id },
					work: (inside) => revokeToken(inside, { id, user: null }),
				});
				await print(`Token ${id} is revoked.`);
			}),
		);
	return tokens;
}

async function add(database: Database, name: string, { user, role, days, never, json }: AddOptions): Promise<void> {
	const parsed = newTokenInput.safeParse({ name, role, days: never ? null : Number(days) });
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw new UsageError(`${issue?.path.join(".")}: ${issue?.message}.`);
	}
	const owner = await userNamed(database, user);
	const made = await auditedCommand(database, {
		action: "tokens.create",
		input: { ...parsed.data, of: owner.name },
		work: (inside) => createToken(inside, owner.id, parsed.data),
	});
	if (json) return printJson(made);
	const end = made.expiresAt === null ? "does not expire" : `expires at ${instantCell(made.expiresAt)} UTC`;
	await print(`Token ${made.id} of ${owner.name}; it cannot be shown again and ${end}:\n\n  ${made.token}\n`);
}

async function list(database: Database, json: boolean): Promise<void> {
	const tokens = await listTokens(database);
	if (json) {
		for (const { user: _, ...token } of tokens) await printJson(token);
		return;
	}
	if (tokens.length === 0) return print("There are no tokens yet: see eosync tokens add.");
	const rows = tokens.map(({ id, name, userName, effectiveRole, expiresAt, expired, lastUsedAt, lastUsedFrom }) => [
		String(id),
		name,
		userName,
		effectiveRole,
		expiresAt === null ? "never expires" : `${expired ? "expired" : "expires"} ${instantCell(expiresAt)}`,
		lastUsedAt === null
			? "not used yet"
			: `used ${instantCell(lastUsedAt)} from ${lastUsedFrom ?? "an unknown address"}`,
	]);
	for (const line of tableLines(rows)) await print(line);
}
