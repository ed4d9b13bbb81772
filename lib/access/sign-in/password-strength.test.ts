import { expect, it } from "vitest";
import { passwordProblem } from "./password-strength.ts";

it.each(["correct horse battery staple", "Kuh-Mond-Teppich-41", "t7#Qm!vR2$xLp9", "moor ladder violin fern"])(
	"takes %j",
	async (password) => {
		expect(await passwordProblem(password, ["alice"])).toBeNull();
	},
);

it.each([
	"password1234",
	"passwordpassword",
	"123456789012",
	"qwertyuiop[]",
	"aaaaaaaaaaaaaaaa",
	"alice.alice.alice",
	"eosynceosync",
	"abcdefghijklmnop",
])("refuses %j", async (password) => {
	expect(await passwordProblem(password, ["alice"])).toMatch(/^This password is too easy to guess/);
});
