import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { userName } from "#lib/access/inputs.ts";
import { createTestAuth, goodPassword, makeUser, signIn } from "#lib/access/testing.ts";
import { createToken, whoseToken } from "#lib/access/tokens.ts";
import { addUser, hasUsers, listUsers, removeUser, resetPassword, setRole } from "#lib/access/users.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { changePassword } from "./change-password.ts";
import { choosePassword } from "./choose-password.ts";
import { findLink, makeLink } from "./one-time-links.ts";
import { endSessions, roleOfSession, sessionsByUser } from "./sessions.ts";
import { countFailure, lockedUntil } from "./throttle.ts";

let world: Awaited<ReturnType<typeof createTestAuth>>;
let ada: string;
beforeAll(async () => {
	world = await createTestAuth();
	expect(await hasUsers(world.database)).toBe(false);
	ada = await makeUser(world, "Ada");
});
afterAll(() => world.close());

const refused = (code: string) => expect.objectContaining({ body: expect.objectContaining({ code }) });
const session = async (headers: Headers) => (await world.auth.api.getSession({ headers }))?.session.id ?? null;

describe("the set-up", () => {
	it("makes the first administrator", async () => {
		expect(await listUsers(world.database)).toMatchObject([
			{ name: "Ada", role: "administrator", signsInBy: "password" },
		]);
	});

	it("is over once there is a user, whatever links there are", async () => {
		const { secret } = await makeLink(world.database.sql, { kind: "set-up", user: null });
		const passwordHash = "x";
		await expect(choosePassword(world.database, { secret, name: "Eve", passwordHash })).rejects.toThrow(
			/users already/,
		);
		expect(await listUsers(world.database)).toHaveLength(1);
		// Nor is anybody asked to choose a password by it.
		const second = await makeLink(world.database.sql, { kind: "set-up", user: null });
		expect(await findLink(world.database, second.secret)).toBeNull();
	});

	it("makes one of two who choose at once by links that were made at once", async () => {
		await using database = await createTestDatabase();
		const { sql } = database;
		// Neither sees the other's yet, and takes it away.
		const [first, second] = await sql.begin(async (tx) => {
			const one = await makeLink(tx, { kind: "set-up", user: null });
			return [one, await makeLink(sql, { kind: "set-up", user: null })];
		});
		const choose = (name: string, { secret }: { readonly secret: string }) =>
			choosePassword(database, { secret, name, passwordHash: "x" });
		// Reads go on meanwhile, writes wait: both have seen that there is no user.
		const outcomes = await sql.begin(async (tx) => {
			await tx`lock table users in share mode`;
			const choices = [choose("Eve", first), choose("Ada", second)];
			const all = Promise.allSettled(choices);
			await someoneWaits(database, "(select count(*) from pg_locks where not granted) >= 2");
			return { all };
		});
		expect((await outcomes.all).map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
		expect(await listUsers(database)).toHaveLength(1);
	});
});

describe("name and password", () => {
	it("opens a session, however the name is written", async () => {
		const headers = await signIn(world.auth, " ADA ");
		const found = await world.auth.api.getSession({ headers });
		expect(found?.user).toMatchObject({ id: ada, name: "Ada", role: "administrator" });
		expect(headers.get("cookie")).toMatch(/^eosync-3000\.session_token=[^;]+$/);
	});

	it("answers a wrong password and an unknown name alike", async () => {
		await expect(signIn(world.auth, "Ada", "wrong")).rejects.toEqual(refused("wrong"));
		await expect(signIn(world.auth, "Nobody", "wrong")).rejects.toEqual(refused("wrong"));
	});

	it("takes as long over an unknown name: a password is hashed for it, too", async () => {
		const { password } = await world.auth.$context;
		const hash = vi.spyOn(password, "hash");
		await expect(signIn(world.auth, "An unknown name", "wrong")).rejects.toEqual(refused("wrong"));
		expect(hash).toHaveBeenCalledExactlyOnceWith("wrong");
	});

	it.each(["Grace", "nobody at all"])("locks %s after five failures, even for the right password", async (name) => {
		if (name === "Grace") await makeUser(world, name, "viewer");
		for (let guess = 0; guess < 5; guess += 1) {
			await expect(signIn(world.auth, name, `guess ${guess}`)).rejects.toEqual(refused("wrong"));
		}
		await expect(signIn(world.auth, name.toUpperCase())).rejects.toMatchObject({
			body: { code: "locked", until: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
		});
		await expect(signIn(world.auth, "Ada")).resolves.toBeInstanceOf(Headers);
	});

	it.each([
		["Ren\u00e9", "Rene\u0301"],
		["\u0130stanbul", "I\u0307STANBUL"],
		["Straße", "STRASSE"],
		["\u0130zmir", "izmir"],
	])("lets %s in however %s is written, and counts guesses by the user", async (name, written) => {
		const id = await makeUser(world, name, "viewer");
		const isSame = await signIn(world.auth, written).then(
			(headers) => world.auth.api.getSession({ headers }).then((found) => found?.user.id === id),
			() => false,
		);
		if (written.normalize("NFC") === name) expect(isSame).toBe(true);
		for (let guess = 0; guess < 5; guess += 1) await signIn(world.auth, written, `guess ${guess}`).catch(() => {});
		// Who is let in by a way to write the name is locked out by it as well; any other is of no user.
		const locked = await lockedUntil(world.database, { name, address: null });
		expect(locked !== null).toBe(isSame);
		if (isSame) await expect(signIn(world.auth, name)).rejects.toEqual(refused("locked"));
	});

	it("refuses a second user of the same name in another form", async () => {
		await makeUser(world, "Andr\u00e9", "viewer");
		await expect(addUser(world.database, { name: "ANDRE\u0301", role: "viewer" })).rejects.toThrow(/already|called/i);
		expect(userName.parse("Andre\u0301")).toBe("Andr\u00e9");
	});

	it("counts guesses that are made at once", async () => {
		const guesses = Array.from({ length: 12 }, (_, guess) => signIn(world.auth, "at once", `guess ${guess}`));
		const codes = (await Promise.allSettled(guesses)).map(
			(each) => each.status === "rejected" && each.reason.body.code,
		);
		expect(codes.filter((code) => code === "wrong")).toHaveLength(5);
		expect(codes.filter((code) => code === "locked")).toHaveLength(7);
	});

	it("locks an address from which many names are tried", async () => {
		for (let guess = 0; guess < 50; guess += 1) {
			await countFailure(world.database, { name: `name ${guess}`, address: "2001:db8::1" });
		}
		// Of the same network, which is one customer's.
		await expect(signIn(world.auth, "Ada", goodPassword, "2001:db8::2")).rejects.toEqual(refused("locked"));
		await expect(signIn(world.auth, "Ada", goodPassword, "2001:db8:1::1")).resolves.toBeInstanceOf(Headers);
	});

	it("takes back just its own failure when one of them is right", async () => {
		const address = "198.51.100.7";
		for (let guess = 0; guess < 48; guess += 1) await countFailure(world.database, { name: `guess ${guess}`, address });
		await signIn(world.auth, "Ada", goodPassword, address);
		await expect(signIn(world.auth, "name 49", "wrong", address)).rejects.toEqual(refused("wrong"));
		await expect(signIn(world.auth, "name 50", "wrong", address)).rejects.toEqual(refused("wrong"));
		await expect(signIn(world.auth, "Ada", goodPassword, address)).rejects.toEqual(refused("locked"));
	});
});

describe("sessions", () => {
	it("end where they are ended", async () => {
		await makeUser(world, "Edsger", "operator");
		const [first, second] = [await signIn(world.auth, "Edsger"), await signIn(world.auth, "Edsger")];
		const { user } = (await world.auth.api.getSession({ headers: first })) ?? { user: { id: "" } };
		const id = (await session(first)) ?? "";
		expect(await roleOfSession(world.database, id)).toBe("operator");
		expect((await sessionsByUser(world.database))[user.id]).toHaveLength(2);
		expect(await endSessions(world.database, { user: user.id, except: id })).toBe(1);
		expect(await session(first)).toBe(id);
		expect(await session(second)).toBeNull();
		await setRole(world.database, { id: user.id, role: "viewer" });
		expect(await roleOfSession(world.database, id)).toBe("viewer");
		expect(await endSessions(world.database, { user: ada, id })).toBe(0);
		await removeUser(world.database, user.id);
		expect(await session(first)).toBeNull();
		expect(await roleOfSession(world.database, id)).toBeNull();
	});

	it("do not open with another signature", async () => {
		const cookie = (await signIn(world.auth, "Ada")).get("cookie") ?? "";
		expect(await session(new Headers({ cookie }))).not.toBeNull();
		// Its first letter: the last ones may hold no bit of it.
		const forged = cookie.replace(/(?<=\.)([A-Za-z0-9]|%2[BF])(?=[^.]{20,}$)/, (first) => (first === "x" ? "y" : "x"));
		expect(forged).not.toBe(cookie);
		expect(await session(new Headers({ cookie: forged }))).toBeNull();
	});

	it("end with a reset of the password, which takes the old one away", async () => {
		const id = await makeUser(world, "Barbara", "viewer");
		const headers = await signIn(world.auth, "Barbara");
		const { token } = await createToken(world.database, id, { name: "nightly", role: "viewer", days: 1 });
		expect(await whoseToken(world.database, token, null)).not.toBeNull();
		const { secret } = await resetPassword(world.database, id);
		expect(await session(headers)).toBeNull();
		expect(await whoseToken(world.database, token, null)).toBeNull();
		await expect(signIn(world.auth, "Barbara")).rejects.toEqual(refused("wrong"));
		const { password } = await world.auth.$context;
		const choose = async () =>
			choosePassword(world.database, { secret, name: null, passwordHash: await password.hash("another good one") });
		await choose();
		await expect(choose()).rejects.toThrow(/was used already/);
		await expect(signIn(world.auth, "Barbara", "another good one")).resolves.toBeInstanceOf(Headers);
	});
});

describe("a change of one's own password", () => {
	it.each([false, true])("ends the API tokens too: %s, as was asked for", async (revokeTokens) => {
		const { database, auth } = world;
		const name = `Frances ${revokeTokens}`;
		const id = await makeUser(world, name, "viewer");
		const { token } = await createToken(database, id, { name: "nightly", role: "viewer", days: 1 });
		const own = (await session(await signIn(auth, name))) ?? "";
		const { password: hashing } = await auth.$context;
		const caller = { id, name, role: "viewer", address: null, session: own } as const;
		const change = { caller, current: goodPassword, password: "another good one, longer", revokeTokens };
		await changePassword({ database, counted: database }, hashing, change);
		expect((await whoseToken(database, token, null)) === null).toBe(revokeTokens);
	});

	it("ends all other sessions", async () => {
		const { database, auth } = world;
		const id = await makeUser(world, "Radia", "viewer");
		const [here, elsewhere] = [await signIn(auth, "Radia"), await signIn(auth, "Radia")];
		const { password: hashing } = await auth.$context;
		const own = (await session(here)) ?? "";
		const caller = { id, name: "Radia", role: "viewer", address: null, session: own } as const;
		const change = { caller, current: goodPassword, password: "another good one, longer", revokeTokens: false };
		await changePassword({ database, counted: database }, hashing, change);
		expect(await session(here)).toBe(own);
		expect(await session(elsewhere)).toBeNull();
	});

	it("is locked after five wrong guesses, although each ends the transaction that it is made in", async () => {
		const { database, auth } = world;
		const id = await makeUser(world, "Shafi", "viewer");
		const { password: hashing } = await auth.$context;
		const caller = { id, name: "Shafi", role: "viewer", address: null, session: "" } as const;
		const guess = (current: string) =>
			database.sql.begin((tx) => {
				const change = { caller, current, password: "another good one, longer", revokeTokens: false };
				return changePassword({ database: inTransaction(database, tx), counted: database }, hashing, change);
			});
		for (let i = 0; i < 5; i += 1) await expect(guess(`guess ${i}`)).rejects.toThrow(/not your current password/);
		await expect(guess(goodPassword)).rejects.toThrow(/Too many attempts/);
	});
});

describe("a further link", () => {
	it("takes the place of the one before", async () => {
		const id = await makeUser(world, "Leslie", "viewer");
		const [first, second] = [await resetPassword(world.database, id), await resetPassword(world.database, id)];
		expect(await findLink(world.database, first.secret)).toBeNull();
		expect(await findLink(world.database, second.secret)).toMatchObject({ user: { name: "Leslie" } });
	});
});

describe("what has expired", () => {
	it("is no link", async () => {
		const id = await makeUser(world, "Alan", "viewer");
		const { secret } = await resetPassword(world.database, id);
		expect(await findLink(world.database, secret)).toMatchObject({ kind: "password-reset", user: { name: "Alan" } });
		await world.database.sql`update one_time_links set expires_at = now() - interval '1 second' where user_id = ${id}`;
		expect(await findLink(world.database, secret)).toBeNull();
		await expect(choosePassword(world.database, { secret, name: null, passwordHash: "x" })).rejects.toThrow(
			/has expired/,
		);
	});

	it("is no session", async () => {
		const id = await makeUser(world, "Donald", "viewer");
		const headers = await signIn(world.auth, "Donald");
		const open = (await session(headers)) ?? "";
		expect(await roleOfSession(world.database, open)).toBe("viewer");
		await world.database.sql`update sessions set expires_at = now() - interval '1 second' where user_id = ${id}`;
		expect(await roleOfSession(world.database, open)).toBeNull();
		expect((await sessionsByUser(world.database))[id]).toBeUndefined();
		expect(await session(headers)).toBeNull();
	});

	it("locks no user any more", async () => {
		const attempt = { name: "Niklaus", address: null };
		for (let guess = 0; guess < 5; guess += 1) await countFailure(world.database, attempt);
		expect(await lockedUntil(world.database, attempt)).not.toBeNull();
		await world.database.sql`
			update sign_in_failures set locked_until = now() - interval '1 second', since = now() - interval '16 minutes'`;
		expect(await lockedUntil(world.database, attempt)).toBeNull();
		expect(await countFailure(world.database, attempt)).toBeNull();
		expect(await lockedUntil(world.database, attempt)).toBeNull();
	});
});

it("keeps one administrator", async () => {
	await expect(removeUser(world.database, ada)).rejects.toThrow(/only administrator/);
	await expect(setRole(world.database, { id: ada, role: "operator" })).rejects.toThrow(/only administrator/);
	const second = await makeUser(world, "Tony", "administrator");
	const outcomes = await Promise.allSettled([removeUser(world.database, ada), removeUser(world.database, second)]);
	expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

it("binds cookies to the host when users come by https", async () => {
	const secure = await createTestAuth({ url: "https://eosync.example.org" });
	await makeUser(secure, "Ada");
	const { headers } = await secure.auth.api.signInByName({
		body: { name: "Ada", password: goodPassword, address: null },
		headers: new Headers(),
		returnHeaders: true,
	});
	const [cookie] = headers.getSetCookie();
	expect(cookie).toMatch(/^__Host-eosync\.session_token=/);
	for (const attribute of ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"]) expect(cookie).toContain(`; ${attribute}`);
	expect(cookie).not.toContain("Domain");
	await secure.close();
});

it("keeps cookies from what else is on a host where eosync is below a path", async () => {
	const below = await createTestAuth({ url: "https://example.org/eosync" });
	await makeUser(below, "Ada");
	const { headers } = await below.auth.api.signInByName({
		body: { name: "Ada", password: goodPassword, address: null },
		headers: new Headers(),
		returnHeaders: true,
	});
	const [cookie] = headers.getSetCookie();
	expect(cookie).toMatch(/^__Secure-eosync\.session_token=/);
	expect(cookie).toContain("; Path=/eosync;");
	const asked = new Headers({ cookie: String(cookie).split(";")[0] ?? "" });
	expect(await below.auth.api.getSession({ headers: asked })).toMatchObject({ user: { name: "Ada" } });
	await below.close();
});

it("answers only what is needed by HTTP", async () => {
	for (const path of ["sign-in/email", "sign-up/email", "sign-in/name", "sign-in-by-name", "sign-in-as"]) {
		const request = new Request(`http://127.0.0.1:3000/api/auth/${path}`, {
			method: "POST",
			headers: { "content-type": "application/json", origin: "http://127.0.0.1:3000" },
			body: JSON.stringify({ name: "Ada", user: ada, email: "a@b.example", password: goodPassword, address: null }),
		});
		const answer = await world.auth.handler(request);
		expect(answer.ok, path).toBe(false);
		expect(answer.headers.getSetCookie(), path).toEqual([]);
	}
});

describe("a database that fails", () => {
	it("is told of without the token of the session that was looked for", async () => {
		const broken = await createTestAuth();
		await makeUser(broken, "Ada");
		const headers = await signIn(broken.auth, "Ada");
		const [{ token } = { token: "" }] = await broken.database.sql<{ token: string }[]>`select token from sessions`;
		await broken.close();
		const printed = vi.spyOn(console, "error").mockImplementation(() => {});
		const error = await broken.auth.api.getSession({ headers }).catch((thrown: unknown) => thrown);
		const said = inspect([error, ...printed.mock.calls], { depth: 10 });
		expect(said).toMatch(/CONNECTION_ENDED/);
		expect(said).not.toContain(token);
	});
});
