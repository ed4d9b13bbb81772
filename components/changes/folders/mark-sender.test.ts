import { expect, test } from "vitest";
import { MarkSender, type ViewedMark } from "./mark-sender.ts";

const mark = (folder: string, viewed = true): ViewedMark => ({ folder, below: false, viewed });

/** Each request is answered when the test settles its promise. */
function makeServer() {
	const got: string[][] = [];
	const answers: PromiseWithResolvers<void>[] = [];
	const sender = new MarkSender((marks) => {
		got.push(marks.map(({ folder, viewed }) => `${viewed ? "+" : "-"}${folder}`));
		const answer = Promise.withResolvers<void>();
		answers.push(answer);
		return answer.promise;
	});
	return { got, answers, sender };
}

test("marks are sent one after the other, those that were made meanwhile together", async () => {
	const { got, answers, sender } = makeServer();
	const done = sender.add(mark("a"));
	void sender.add(mark("b"));
	void sender.add(mark("a", false));
	expect(got).toEqual([["+a"]]);
	answers[0]?.resolve();
	await expect.poll(() => got).toEqual([["+a"], ["+b", "-a"]]);
	answers[1]?.resolve();
	await done;
	void sender.add(mark("c"));
	expect(got.at(-1)).toEqual(["+c"]);
});

test("a page that is left sends what waits at once", () => {
	const { got, sender } = makeServer();
	sender.leave();
	void sender.add(mark("a"));
	void sender.add(mark("b"));
	sender.leave();
	sender.leave();
	expect(got).toEqual([["+a"], ["+b"]]);
});

test("a refusal reaches the caller, and the next mark is sent all the same", async () => {
	const { got, answers, sender } = makeServer();
	const refused = sender.add(mark("a"));
	answers[0]?.reject(new Error("signed out"));
	await expect(refused).rejects.toThrow("signed out");
	const next = sender.add(mark("b"));
	answers[1]?.resolve();
	await next;
	expect(got).toEqual([["+a"], ["+b"]]);
});
