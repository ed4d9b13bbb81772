import { expect, it } from "vitest";
import { isForeign } from "./same-origin.ts";

const post = {
	method: "POST",
	origin: "http://127.0.0.1:3000",
	fetchSite: null,
	host: "127.0.0.1:3000",
	isRoute: false,
	hasToken: false,
};
const get = { ...post, method: "GET", origin: null };
const https = "https://eosync.example.org";

it.each([
	["our own page writes", post, null, false],
	["another site writes", { ...post, origin: "http://evil.example" }, null, true],
	["another port of this machine writes", { ...post, origin: "http://127.0.0.1:8080" }, null, true],
	["a sandboxed frame writes", { ...post, origin: "null" }, null, true],
	["nothing says who writes", { ...post, origin: null }, null, true],
	["our page writes by https", { ...post, origin: https }, https, false],
	["our host writes without https", { ...post, origin: "http://eosync.example.org" }, https, true],
	["our page writes from below a path", { ...post, origin: https }, `${https}/eosync`, false],
	["a program writes with a token", { ...post, origin: null, hasToken: true }, https, false],
	["a link leads to a page", { ...get, fetchSite: "cross-site" }, null, false],
	["another site reads a route", { ...get, fetchSite: "cross-site", isRoute: true }, null, true],
	["our page reads a route", { ...get, fetchSite: "same-origin", isRoute: true }, null, false],
	["a program reads a route", { ...get, isRoute: true }, null, false],
])("%s", (_, request, url, foreign) => {
	expect(isForeign(request, url)).toBe(foreign);
});
